"""The evidence for Questions 1 and 5: nearest neighbours, on pixels and on descriptors."""

from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import difference, proportion
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number, Text
from report.evidence.verdicts import Verdict, on_same_samples
from report.store.runs import Runs, StageRun

SMALLEST_GAIN = 0.01  # in accuracy on the held-out images, from which on we speak of a difference
AGAINST = ("beats", "loses to", "is not measurably different from")


@dataclass(frozen=True)
class Neighbors:
    """What neighbours get from pixels (Question 1)."""

    train_samples: Annotated[Number, "images among which neighbours are looked for"]
    test_samples: Annotated[Number, "images held out"]
    features: Annotated[Number, "numbers that an image consists of"]
    classes: Annotated[Number, "classes"]
    most: Annotated[Number, "the largest number of neighbours that was tried"]
    k: Annotated[Number, "number of neighbours chosen by cross-validation on the training images"]
    accuracy: Annotated[Number, "held-out accuracy with that number"]
    first: Annotated[Number, "held-out accuracy with one neighbour"]
    second: Annotated[Number, "held-out accuracy with two neighbours"]
    highest: Annotated[Number, "highest held-out accuracy of the curve"]
    highest_k: Annotated[Number, "number of neighbours there"]
    lowest: Annotated[Number, "lowest held-out accuracy of the curve"]
    lowest_k: Annotated[Number, "number of neighbours there"]
    span: Annotated[Number, "highest minus lowest"]
    vote: Annotated[Number, "number above one that cross-validation prefers to the others"]
    vote_accuracy: Annotated[Number, "held-out accuracy with that number"]
    voting: Annotated[Verdict, "that vote against one neighbour, on the same images"]
    curve: Annotated[Figure, "held-out accuracy over the number of neighbours"]
    samples: Annotated[Figure, "a few images of each class, as published"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the exploration and the conclusion on pixels."""
        explore = runs.stage("neighbors.explore")
        final = runs.stage("neighbors.final")
        test_samples = final.count("test_samples")
        table = final.table("neighbors")
        highest = proportion(final.metric("highest_test_accuracy"), test_samples)
        lowest = proportion(final.metric("lowest_test_accuracy"), test_samples)
        return cls(
            train_samples=final.count("train_samples"),
            test_samples=test_samples,
            features=explore.count("features"),
            classes=explore.count("classes"),
            most=final.param("most_neighbors").counted(),
            k=final.param("k").counted(),
            accuracy=proportion(final.metric("test_accuracy"), test_samples),
            first=proportion(final.metric("first_test_accuracy"), test_samples),
            second=proportion(
                table.number(table.rows_where("k", 2)[0], "test_accuracy"), test_samples
            ),
            highest=highest,
            highest_k=final.count("highest_test_k"),
            lowest=lowest,
            lowest_k=final.count("lowest_test_k"),
            span=difference(highest, lowest),
            vote=final.param("vote").counted(),
            vote_accuracy=proportion(final.metric("vote_test_accuracy"), test_samples),
            voting=on_same_samples(
                "voting",
                final.count("only_vote_right"),
                final.count("only_single_right"),
                test_samples,
                outcomes=AGAINST,
                smallest=SMALLEST_GAIN,
            ),
            curve=final.figure("neighbors"),
            samples=explore.figure("samples"),
        )


@dataclass(frozen=True)
class Descriptors:
    """What descriptors give instead of pixels (Question 5)."""

    hog_length: Annotated[Number, "numbers in HOG’s description of an image"]
    lbp_length: Annotated[Number, "numbers in LBP’s"]
    cell: Annotated[Number, "pixels a side of HOG’s cells, as chosen"]
    block: Annotated[Number, "cells a side of its blocks, as chosen"]
    gradients: Annotated[Text, "of which channel its gradients are, as chosen"]
    candidates: Annotated[Table, "the settings of HOG that were compared"]
    candidate_count: Annotated[Number, "how many there were"]
    pixels: Annotated[Number, "held-out accuracy of neighbours by pixels"]
    hog: Annotated[Number, "held-out accuracy of neighbours by HOG"]
    lbp: Annotated[Number, "held-out accuracy of neighbours by LBP"]
    hog_k: Annotated[Number, "neighbours chosen for HOG"]
    lbp_k: Annotated[Number, "neighbours chosen for LBP"]
    hog_for_neighbors: Annotated[Verdict, "HOG against pixels, for neighbours"]
    lbp_for_neighbors: Annotated[Verdict, "LBP against pixels, for neighbours"]
    mlp_pixels: Annotated[Number, "held-out accuracy of the tuned perceptron on pixels"]
    mlp_hog: Annotated[Number, "held-out accuracy of the tuned perceptron on HOG"]
    mlp_lbp: Annotated[Number, "held-out accuracy of the tuned perceptron on LBP"]
    hog_for_perceptron: Annotated[Verdict, "HOG against pixels, for the perceptron"]
    lbp_for_perceptron: Annotated[Verdict, "LBP against pixels, for the perceptron"]
    curves: Annotated[Figure, "held-out accuracy over the number of neighbours, of all three"]
    training: Annotated[Figure, "training accuracy of all perceptrons"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the conclusions on descriptors, of neighbours and of perceptrons."""
        tuning = runs.stage("description.tuning")
        extract = runs.stage("description.extract")
        final = runs.stage("description.final")
        networks = runs.stage("selection.final")
        pixels = runs.stage("neighbors.final")
        samples = final.count("test_samples")
        judged = proportion(tuning.metric("best_val_accuracy"), tuning.count("val_samples"))
        return cls(
            hog_length=extract.count("hog_length"),
            lbp_length=extract.count("lbp_length"),
            cell=extract.param("cell").counted(),
            block=extract.param("block").counted(),
            gradients=tuning.text("best_gradients"),
            candidates=tuning.table("candidates").known_to(val_accuracy=judged.error),
            candidate_count=tuning.count("candidates"),
            pixels=proportion(pixels.metric("test_accuracy"), samples),
            hog=proportion(final.metric("test_hog_accuracy"), samples),
            lbp=proportion(final.metric("test_lbp_accuracy"), samples),
            hog_k=final.param("hog_k").counted(),
            lbp_k=final.param("lbp_k").counted(),
            hog_for_neighbors=_for_neighbors(final, "hog", samples),
            lbp_for_neighbors=_for_neighbors(final, "lbp", samples),
            mlp_pixels=proportion(networks.metric("test_pixels_accuracy"), samples),
            mlp_hog=proportion(networks.metric("test_hog_accuracy"), samples),
            mlp_lbp=proportion(networks.metric("test_lbp_accuracy"), samples),
            hog_for_perceptron=_for_perceptron(networks, "hog", samples),
            lbp_for_perceptron=_for_perceptron(networks, "lbp", samples),
            curves=final.figure("neighbors"),
            training=networks.figure("curves"),
        )


def _for_neighbors(final: StageRun, name: str, samples: Number) -> Verdict:
    return on_same_samples(
        f"{name}_for_neighbors",
        final.count(f"only_{name}_right"),
        final.count(f"only_pixels_right_beside_{name}"),
        samples,
        outcomes=AGAINST,
        smallest=SMALLEST_GAIN,
    )


def _for_perceptron(networks: StageRun, name: str, samples: Number) -> Verdict:
    return on_same_samples(
        f"{name}_for_perceptron",
        networks.count(f"only_first_right_{name}_pixels"),
        networks.count(f"only_second_right_{name}_pixels"),
        samples,
        outcomes=AGAINST,
        smallest=SMALLEST_GAIN,
    )
