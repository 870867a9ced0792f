"""The evidence for Questions 1-6: the data, the classifier's training and its conclusion."""

from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import difference, proportion, ratio
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number, Text
from report.evidence.verdicts import Verdict, by_threshold, over_paired_seeds
from report.store.runs import Runs

GAP_THAT_MATTERS = 0.02  # training minus validation accuracy, from which on we say overfitting
SMALLEST_GAIN = 0.002  # in validation accuracy: two images in a thousand
BALANCED = 0.9  # smallest over largest class, from which on we say balanced


@dataclass(frozen=True)
class DataSet:
    """What exploring the data showed (Question 1)."""

    images: Annotated[Number, "images in all parts together"]
    classes: Annotated[Number, "classes"]
    neighbor_error: Annotated[Number, "share of images whose nearest neighbour has another label"]
    alike_first: Annotated[Text, "one class of the pair that is most alike"]
    alike_second: Annotated[Text, "the other class of that pair"]
    alike_share: Annotated[Number, "share of that pair's images nearest to the other class"]
    near_duplicates: Annotated[Number, "pairs of images that are nearly the same"]
    contradictions: Annotated[Number, "such pairs whose labels differ"]
    samples: Annotated[Figure, "a few images of each class, as published"]
    class_counts: Annotated[Figure, "images of each class in each part"]
    alike: Annotated[Figure, "which class the nearest neighbour of an image belongs to"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the stage that explores the data."""
        explore = runs.stage("classification.explore")
        return cls(
            images=explore.count("images"),
            classes=explore.count("classes"),
            neighbor_error=proportion(
                explore.metric("neighbor_error"), explore.count("neighbor_samples")
            ),
            alike_first=explore.text("most_alike_first"),
            alike_second=explore.text("most_alike_second"),
            alike_share=explore.metric("most_alike_share"),
            near_duplicates=explore.count("near_duplicates"),
            contradictions=explore.count("near_duplicates_labelled_differently"),
            samples=explore.figure("samples"),
            class_counts=explore.figure("class_counts"),
            alike=explore.figure("alike"),
        )


@dataclass(frozen=True)
class Metric:
    """What the choice of a metric rests on (Question 2)."""

    smallest_share: Annotated[Number, "share of the rarest class among the training images"]
    largest_share: Annotated[Number, "share of the commonest class among them"]
    balance: Annotated[Verdict, "whether the classes are balanced or imbalanced"]
    macro_f1: Annotated[Number, "macro F1 of the first network on the validation images"]
    val_accuracy: Annotated[Number, "its accuracy on them"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the exploration and the initial network."""
        explore = runs.stage("classification.explore")
        initial = runs.stage("classification.initial")
        smallest = explore.metric("smallest_class_share")
        largest = explore.metric("largest_class_share")
        return cls(
            smallest_share=smallest,
            largest_share=largest,
            balance=by_threshold(
                "balance",
                ratio(smallest, largest),
                at_least=BALANCED,
                outcomes=("balanced", "imbalanced"),
            ),
            macro_f1=initial.metric("final_val_macro_f1"),
            val_accuracy=proportion(
                initial.metric("final_val_accuracy"), initial.count("val_samples")
            ),
        )


@dataclass(frozen=True)
class InitialModel:
    """How the first network learned (Question 3)."""

    epochs: Annotated[Number, "epochs that the first network was trained for"]
    train_accuracy: Annotated[Number, "its training accuracy after the last epoch"]
    val_accuracy: Annotated[Number, "its validation accuracy after the last epoch"]
    gap: Annotated[Number, "training minus validation accuracy after the last epoch"]
    best_epoch: Annotated[Number, "epoch after which its validation loss was lowest"]
    fit: Annotated[Verdict, "whether it overfits or generalises"]
    loss: Annotated[Verdict, "whether its validation loss still fell at the end or had turned"]
    curves: Annotated[Figure, "loss and accuracy after each epoch"]
    architecture: Annotated[Figure, "its layers"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the initial network's run."""
        initial = runs.stage("classification.initial")
        val_accuracy = proportion(
            initial.metric("final_val_accuracy"), initial.count("val_samples")
        )
        train_accuracy = proportion(
            initial.metric("final_train_accuracy"), initial.count("train_samples")
        )
        gap = difference(train_accuracy, val_accuracy)
        epochs = initial.param("epochs").counted()
        best_epoch = initial.count("best_epoch")
        return cls(
            epochs=epochs,
            train_accuracy=train_accuracy,
            val_accuracy=val_accuracy,
            gap=gap,
            best_epoch=best_epoch,
            loss=by_threshold(
                "loss",
                ratio(best_epoch, epochs),
                at_least=1.0,
                outcomes=("still fell", "had turned"),
            ),
            fit=by_threshold(
                "fit", gap, at_least=GAP_THAT_MATTERS, outcomes=("overfits", "generalises")
            ),
            curves=initial.figure("curves"),
            architecture=initial.figure("architecture"),
        )


@dataclass(frozen=True)
class Tuning:
    """How the hyperparameters were searched (Question 4)."""

    trials: Annotated[Table, "all trials, one a row"]
    grid: Annotated[Figure, "validation accuracy of every pair of values"]
    trial_count: Annotated[Number, "how many trials there were"]
    best_val_accuracy: Annotated[Number, "highest validation accuracy of a trial"]
    worst_val_accuracy: Annotated[Number, "lowest validation accuracy of a trial"]
    best_learning_rate: Annotated[Number, "learning rate of the trial that was chosen"]
    best_dense_units: Annotated[Number, "hidden units of the trial that was chosen"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the search's run."""
        tuning = runs.stage("classification.tuning")
        samples = tuning.count("val_samples")
        best = proportion(tuning.metric("best_val_accuracy"), samples)
        return cls(
            trials=tuning.table("trials").known_to(best_val_accuracy=best.error),
            grid=tuning.figure("trials"),
            trial_count=tuning.count("trials"),
            best_val_accuracy=best,
            worst_val_accuracy=proportion(tuning.metric("worst_val_accuracy"), samples),
            best_learning_rate=tuning.param("best_learning_rate"),
            best_dense_units=tuning.param("best_dense_units"),
        )


@dataclass(frozen=True)
class Regularization:
    """What dropout did (Question 5)."""

    pairs: Annotated[Table, "each repetition with dropout and without"]
    arms: Annotated[Figure, "the pairs' accuracies, and their mean difference with its interval"]
    repetitions: Annotated[Number, "repetitions, each with a seed of its own"]
    help: Annotated[Verdict, "whether dropout helped, hurt or made no measurable difference"]
    gap_with: Annotated[Number, "training minus validation accuracy with dropout"]
    gap_without: Annotated[Number, "training minus validation accuracy without it"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the comparison's run."""
        stage = runs.stage("classification.regularization")
        table = stage.table("pairs")
        without = table.rows_where("dropout", 0.0)
        with_it = [row for row in range(len(table)) if row not in without]
        help_ = over_paired_seeds(
            "help",
            [table.number(row, "best_val_accuracy") for row in with_it],
            [table.number(row, "best_val_accuracy") for row in without],
            [table.text(row, "repetition").value for row in without],
            outcomes=("helped", "hurt", "made no measurable difference"),
            smallest=SMALLEST_GAIN,
        )
        return cls(
            pairs=table,
            arms=stage.figure("pairs"),
            repetitions=stage.count("repetitions"),
            help=help_,
            gap_with=stage.metric("gap_with"),
            gap_without=stage.metric("gap_without"),
        )


@dataclass(frozen=True)
class FinalModel:
    """How long the final network was trained, and what it reached (Question 6)."""

    epochs: Annotated[Number, "epochs that the final network was trained for"]
    patience: Annotated[Number, "epochs without progress after which early stopping stops"]
    max_epochs: Annotated[Number, "epochs after which it stops in any case"]
    repetitions: Annotated[Number, "early-stopped trainings whose median epoch it is"]
    train_samples: Annotated[Number, "images it was trained on"]
    test_accuracy: Annotated[Number, "accuracy on the test images"]
    test_samples: Annotated[Number, "test images"]
    reproduced: Annotated[Number, "test labels that the network rebuilt from its YAML gives too"]
    curves: Annotated[Figure, "its training loss and accuracy after each epoch"]
    confusion: Annotated[Figure, "true classes against predicted ones"]
    samples: Annotated[Figure, "random test images with true and predicted labels"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the final network's run and from those that taught it when to stop."""
        regularization = runs.stage("classification.regularization")
        final = runs.stage("classification.final")
        rebuilt = runs.stage("classification.reload")
        test_samples = final.count("test_samples")
        return cls(
            epochs=final.param("epochs").counted(),
            patience=regularization.param("patience").counted(),
            max_epochs=regularization.param("max_epochs").counted(),
            repetitions=regularization.count("repetitions"),
            train_samples=final.count("train_samples"),
            test_accuracy=proportion(final.metric("test_accuracy"), test_samples),
            test_samples=test_samples,
            reproduced=rebuilt.count("reproduced_labels"),
            curves=final.figure("curves"),
            confusion=final.figure("confusion"),
            samples=rebuilt.figure("samples"),
        )
