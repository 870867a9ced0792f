"""The evidence for Question 6: what cross-validation chose, and what the held-out images said."""

from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import difference, proportion
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number
from report.evidence.verdicts import Verdict, on_same_samples
from report.store.runs import Runs
from report.studies.scratch.neighbors import AGAINST, SMALLEST_GAIN


@dataclass(frozen=True)
class CrossValidation:
    """What cross-validation chooses (Question 6)."""

    folds: Annotated[Number, "folds for the number of neighbours"]
    samples: Annotated[Number, "training images shared out to them"]
    k: Annotated[Number, "number of neighbours chosen for pixels"]
    val_accuracy: Annotated[Number, "its cross-validated accuracy"]
    spread: Annotated[Number, "standard deviation of that accuracy over the folds"]
    test_accuracy: Annotated[Number, "its accuracy on the held-out images"]
    gap: Annotated[Number, "held-out minus cross-validated accuracy"]
    held_out_k: Annotated[
        Number, "number of neighbours that the held-out images alone would favour"
    ]
    mlp_folds: Annotated[Number, "folds for width and rate"]
    mlp_samples: Annotated[Number, "training images shared out to those"]
    trial_count: Annotated[Number, "combinations of representation, width and rate"]
    trials: Annotated[Table, "all of them"]
    pixels_hidden: Annotated[Number, "hidden units chosen for pixels"]
    pixels_rate: Annotated[Number, "learning rate chosen for pixels"]
    hog_hidden: Annotated[Number, "hidden units chosen for HOG"]
    hog_rate: Annotated[Number, "learning rate chosen for HOG"]
    mlp_val_accuracy: Annotated[Number, "cross-validated accuracy of the choice for pixels"]
    mlp_test_accuracy: Annotated[Number, "held-out accuracy of the network chosen for pixels"]
    specified_accuracy: Annotated[Number, "held-out accuracy of the network as specified"]
    tuned: Annotated[Verdict, "the network chosen for pixels against that as specified"]
    curve: Annotated[Figure, "cross-validated accuracy over the number of neighbours"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from both searches and both conclusions."""
        folds = runs.stage("neighbors.folds")
        final = runs.stage("neighbors.final")
        tuning = runs.stage("selection.tuning")
        networks = runs.stage("selection.final")
        table = folds.table("neighbors")
        samples = folds.count("val_samples")
        test_samples = final.count("test_samples")
        chosen = table.rows_where("k", folds.param("best_k").value)[0]
        val_accuracy = proportion(folds.metric("best_val_accuracy"), samples)
        test_accuracy = proportion(final.metric("test_accuracy"), test_samples)
        mlp_samples = tuning.count("val_samples")
        mlp_accuracy = proportion(tuning.metric("best_val_pixels_accuracy"), mlp_samples)
        return cls(
            folds=folds.param("folds").counted(),
            samples=samples,
            k=folds.param("best_k").counted(),
            val_accuracy=val_accuracy,
            spread=table.number(chosen, "val_accuracy_spread"),
            test_accuracy=test_accuracy,
            gap=difference(test_accuracy, val_accuracy),
            held_out_k=final.count("highest_test_k"),
            mlp_folds=tuning.param("folds").counted(),
            mlp_samples=mlp_samples,
            trial_count=tuning.count("trials"),
            trials=tuning.table("trials").known_to(
                val_accuracy=mlp_accuracy.error, val_accuracy_spread=mlp_accuracy.error
            ),
            pixels_hidden=tuning.param("best_pixels_hidden").counted(),
            pixels_rate=tuning.param("best_pixels_learning_rate"),
            hog_hidden=tuning.param("best_hog_hidden").counted(),
            hog_rate=tuning.param("best_hog_learning_rate"),
            mlp_val_accuracy=mlp_accuracy,
            mlp_test_accuracy=proportion(networks.metric("test_pixels_accuracy"), test_samples),
            specified_accuracy=proportion(networks.metric("test_specified_accuracy"), test_samples),
            tuned=on_same_samples(
                "tuned",
                networks.count("only_first_right_pixels_specified"),
                networks.count("only_second_right_pixels_specified"),
                test_samples,
                outcomes=AGAINST,
                smallest=SMALLEST_GAIN,
            ),
            curve=folds.figure("neighbors"),
        )
