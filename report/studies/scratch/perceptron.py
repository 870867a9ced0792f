"""The evidence for Questions 2-4: the gradients, the losses, and the specified network."""

from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import derived, proportion
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number
from report.evidence.verdicts import Verdict, by_threshold, on_same_samples
from report.store.runs import Runs
from report.studies.scratch.neighbors import AGAINST, SMALLEST_GAIN

DIGITS = 6  # in which gradients and numerical differences must agree
MOST_SATURATED = 0.5  # share of hidden activations, from which on we say that a layer is saturated
STILL = 0.05  # change of weights, as a share of their length, below which they have hardly moved


@dataclass(frozen=True)
class Gradients:
    """What the back-propagated gradients were held against (Question 2)."""

    weights: Annotated[Number, "derivatives that were compared with numerical differences"]
    digits: Annotated[Number, "digits in which all of them agree"]
    agreement: Annotated[Verdict, "whether they agree"]
    steps: Annotated[Number, "steps of gradient descent on the specification’s example"]
    first_loss: Annotated[Number, "mean squared error before the first of them"]
    last_loss: Annotated[Number, "mean squared error before the last of them"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the comparison's run."""
        stage = runs.stage("perceptron.gradients")
        digits = stage.count("agreeing_digits")
        return cls(
            weights=stage.count("weights_compared"),
            digits=digits,
            agreement=by_threshold(
                "agreement", digits, at_least=DIGITS, outcomes=("agree", "disagree")
            ),
            steps=stage.count("steps"),
            first_loss=stage.metric("first_loss"),
            last_loss=stage.metric("last_loss"),
        )


@dataclass(frozen=True)
class Losses:
    """What the cross-entropy changes (Question 3)."""

    epochs: Annotated[Number, "epochs that both networks were trained for"]
    learning_rate: Annotated[Number, "their learning rate"]
    train_samples: Annotated[Number, "images they were trained on"]
    val_samples: Annotated[Number, "images they were judged by"]
    ratio: Annotated[Number, "length of the first gradient, cross-entropy over squared error"]
    mse: Annotated[Number, "validation accuracy with the squared error"]
    cross_entropy: Annotated[Number, "validation accuracy with the cross-entropy"]
    loss: Annotated[Verdict, "cross-entropy against squared error, on the same images"]
    curves: Annotated[Figure, "training accuracy with both losses"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the comparison of the losses."""
        stage = runs.stage("perceptron.losses")
        samples = stage.count("val_samples")
        return cls(
            epochs=stage.param("epochs").counted(),
            learning_rate=stage.param("learning_rate"),
            train_samples=stage.count("train_samples"),
            val_samples=samples,
            ratio=stage.metric("first_step_ratio"),
            mse=proportion(stage.metric("val_mse_accuracy"), samples),
            cross_entropy=proportion(stage.metric("val_cross_entropy_accuracy"), samples),
            loss=on_same_samples(
                "loss",
                stage.count("only_cross_entropy_right"),
                stage.count("only_mse_right"),
                samples,
                outcomes=AGAINST,
                smallest=SMALLEST_GAIN,
            ),
            curves=stage.figure("curves"),
        )


@dataclass(frozen=True)
class Perceptron:
    """How the specified network learned, and what held it back (Question 4)."""

    hidden: Annotated[Number, "hidden units"]
    learning_rate: Annotated[Number, "learning rate"]
    epochs: Annotated[Number, "epochs, each one step on all training images"]
    train_samples: Annotated[Number, "training images"]
    train_accuracy: Annotated[Number, "training accuracy after the last epoch"]
    test_accuracy: Annotated[Number, "accuracy on the held-out images"]
    saturated_share: Annotated[Number, "share of hidden activations that are saturated at first"]
    saturation: Annotated[Verdict, "whether most of them are"]
    moved: Annotated[Number, "how far the first layer’s weights went, as a share of their length"]
    movement: Annotated[Verdict, "whether the first layer learned"]
    ways: Annotated[Table, "ways to begin, and what they lead to"]
    all_ways: Annotated[Figure, "training accuracy for each way to begin"]
    compared_on: Annotated[Number, "images that the ways were trained on"]
    scaling: Annotated[Verdict, "whether scaling the inputs alone mends the saturation"]
    mended_saturated: Annotated[Number, "saturated share with standardised inputs, scaled weights"]
    mended_accuracy: Annotated[Number, "validation accuracy of that way"]
    plain_accuracy: Annotated[Number, "validation accuracy of the specified way, on as many images"]
    mending: Annotated[Verdict, "that way against the specified one, on the same images"]
    summed_accuracy: Annotated[Number, "training accuracy with the gradients’ sum for their mean"]
    summed_steps: Annotated[Number, "steps by the sum"]
    curve: Annotated[Figure, "training accuracy over the epochs"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the specified network, the ways to begin, and the conclusion."""
        initial = runs.stage("perceptron.initial")
        begun = runs.stage("perceptron.initialization")
        final = runs.stage("selection.final")
        samples = initial.count("train_samples")
        val_samples = begun.count("val_samples")
        ways = begun.table("ways")
        last = len(ways) - 1
        mended = proportion(ways.number(last, "val_accuracy"), val_samples)
        saturated = initial.metric("saturated_share_before")
        moved = initial.metric("change_of_w1")
        return cls(
            hidden=initial.param("hidden").counted(),
            learning_rate=initial.param("learning_rate"),
            epochs=initial.param("epochs").counted(),
            train_samples=samples,
            train_accuracy=proportion(initial.metric("final_train_accuracy"), samples),
            test_accuracy=proportion(
                final.metric("test_specified_accuracy"), final.count("test_samples")
            ),
            saturated_share=saturated,
            saturation=by_threshold(
                "saturation",
                saturated,
                at_least=MOST_SATURATED,
                outcomes=("saturated", "not saturated"),
            ),
            moved=moved,
            movement=by_threshold(
                "movement", moved, at_least=STILL, outcomes=("learns", "stands still")
            ),
            ways=ways.known_to(val_accuracy=mended.error, train_accuracy=mended.error),
            all_ways=begun.figure("curves"),
            compared_on=begun.count("train_samples"),
            scaling=by_threshold(
                "scaling",
                derived("smallest", *(ways.number(row, "saturated_before") for row in (1, 2))),
                at_least=MOST_SATURATED,
                outcomes=("does not mend that", "mends that"),
            ),
            mended_saturated=ways.number(last, "saturated_before"),
            mended_accuracy=mended,
            plain_accuracy=proportion(ways.number(0, "val_accuracy"), val_samples),
            mending=on_same_samples(
                "mending",
                begun.count("only_mended_right"),
                begun.count("only_specified_right"),
                val_samples,
                outcomes=AGAINST,
                smallest=SMALLEST_GAIN,
            ),
            summed_accuracy=proportion(initial.metric("summed_train_accuracy"), samples),
            summed_steps=initial.count("summed_steps"),
            curve=initial.figure("curve"),
        )
