"""The evidence for Questions 7 and 8: what shorter codes cost, and what the final one keeps."""

from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import between, difference, ratio
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number, Text
from report.evidence.verdicts import Verdict, by_bootstrap, by_threshold
from report.store.runs import Runs

DROP = 0.25  # rise of the error from one size to the next, as a share, that costs too much
MARGINAL = 0.1  # gain of a round of tuning, as a share of the first error, that is not worth more
BLUR = 0.05  # loss of fine detail, as a share of it, from which on we say that images blur


@dataclass(frozen=True)
class Codes:
    """What reconstructions lose as the code shrinks (Question 7)."""

    epochs: Annotated[Number, "epochs that each autoencoder was trained for"]
    initial_error: Annotated[Number, "validation error of the first autoencoder"]
    tuned_error: Annotated[Number, "validation error after tuning, at the longest code"]
    trials: Annotated[Table, "the trials of the tuning, one a row"]
    trial_count: Annotated[Number, "how many trials the tuning took"]
    last_gain: Annotated[
        Number, "what the last round of tuning gained, as a share of the first error"
    ]
    tuned: Annotated[Verdict, "whether tuning ended for want of gain or of steps left to try"]
    all_sizes: Annotated[Table, "each size with its errors"]
    errors: Annotated[Figure, "validation error against the size, the autoencoder and PCA"]
    reconstructions: Annotated[Figure, "validation images and what each size makes of them"]
    largest: Annotated[Number, "features at each position of the longest code"]
    smallest: Annotated[Number, "features at each position of the shortest code"]
    largest_error: Annotated[Number, "validation error with the longest code"]
    smallest_error: Annotated[Number, "validation error with the shortest code"]
    largest_detail: Annotated[Number, "share of the fine detail that the longest code keeps"]
    smallest_detail: Annotated[Number, "share of the fine detail that the shortest code keeps"]
    detail: Annotated[Verdict, "whether the shortest code keeps less detail than the longest"]
    kept: Annotated[Number, "features of the size that was kept"]
    at: Annotated[Number, "features of the size after the drop, or with the steepest rise"]
    rise: Annotated[Number, "by what share the error rises at that size"]
    drop: Annotated[Verdict, "whether the error rises too much at that size"]
    tuned_again: Annotated[Number, "sizes whose learning rate was tuned again"]
    wins: Annotated[Number, "sizes at which the autoencoder has a smaller error than PCA"]
    sizes: Annotated[Number, "sizes that were tried"]
    largest_against_pca: Annotated[Verdict, "autoencoder against PCA at the longest code"]
    smallest_against_pca: Annotated[Verdict, "autoencoder against PCA at the shortest code"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the search and from the run of all sizes."""
        tuning = runs.stage("encoding.tuning")
        shrink = runs.stage("encoding.shrink")
        table = shrink.table("sizes")
        last = len(table) - 1
        last_gain = tuning.metric("last_gain")
        largest_detail = table.number(0, "val_detail_kept")
        smallest_detail = table.number(last, "val_detail_kept")
        drop = by_bootstrap(
            "drop",
            shrink.samples("relative_error_after"),
            shrink.samples("relative_error_before"),
            outcomes=("drops", "gains", "holds"),
            smallest=DROP,
        )
        against = ("loses to", "wins over", "draws with")
        return cls(
            epochs=shrink.param("epochs").counted(),
            initial_error=tuning.metric("initial_val_reconstruction_error"),
            tuned_error=tuning.metric("val_reconstruction_error"),
            trials=tuning.table("trials"),
            trial_count=tuning.count("trials"),
            last_gain=last_gain,
            tuned=by_threshold(
                "tuned",
                last_gain,
                at_least=MARGINAL,
                outcomes=("no step was left to try", "a round gained next to nothing"),
            ),
            all_sizes=table,
            errors=shrink.figure("errors"),
            reconstructions=shrink.figure("reconstructions"),
            largest=table.number(0, "latent_features").counted(),
            smallest=table.number(last, "latent_features").counted(),
            largest_error=table.number(0, "val_reconstruction_error"),
            smallest_error=table.number(last, "val_reconstruction_error"),
            largest_detail=largest_detail,
            smallest_detail=smallest_detail,
            detail=by_threshold(
                "detail",
                difference(largest_detail, smallest_detail),
                at_least=BLUR,
                outcomes=("blurs away", "stays as it is"),
            ),
            kept=shrink.param("best_latent_features").counted(),
            at=shrink.param("degraded_latent_features").counted(),
            rise=drop.numbers[2],
            drop=drop,
            tuned_again=shrink.count("tuned_again"),
            wins=shrink.count("wins_over_pca"),
            sizes=shrink.count("sizes"),
            largest_against_pca=by_bootstrap(
                "largest_against_pca",
                shrink.samples("largest_error"),
                shrink.samples("largest_pca_error"),
                outcomes=against,
            ),
            smallest_against_pca=by_bootstrap(
                "smallest_against_pca",
                shrink.samples("smallest_error"),
                shrink.samples("smallest_pca_error"),
                outcomes=against,
            ),
        )


@dataclass(frozen=True)
class Autoencoder:
    """What the final autoencoder makes of test images (Question 8)."""

    latent_dim: Annotated[Number, "numbers in a code"]
    pixels: Annotated[Number, "pixels in an image"]
    compression: Annotated[Number, "pixels for each number in a code"]
    epochs: Annotated[Number, "epochs that it was trained for"]
    train_samples: Annotated[Number, "images it was trained on"]
    test_error: Annotated[Number, "mean squared error on the test images"]
    test_samples: Annotated[Number, "test images"]
    detail: Annotated[Number, "share of the test images’ fine detail that it keeps"]
    against_pca: Annotated[Verdict, "it against PCA with a code as long, on the test images"]
    pca_error: Annotated[Number, "PCA’s mean squared error on the test images"]
    hardest: Annotated[Text, "class with the greatest error"]
    easiest: Annotated[Text, "class with the smallest error"]
    hardest_error: Annotated[Number, "mean error of the hardest class"]
    easiest_error: Annotated[Number, "mean error of the easiest class"]
    classes: Annotated[Table, "mean error of each class"]
    reconstructions: Annotated[Figure, "random test images and their reconstructions"]
    curves: Annotated[Figure, "training error after each epoch"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the final autoencoder's run."""
        final = runs.stage("encoding.final")
        classes = final.table("classes")
        pixels, latent_dim = final.count("pixels"), final.count("latent_dim")
        return cls(
            latent_dim=latent_dim,
            pixels=pixels,
            compression=ratio(pixels, latent_dim),
            epochs=final.param("epochs").counted(),
            train_samples=final.count("train_samples"),
            test_error=between(
                final.metric("test_reconstruction_error"),
                final.metric("test_reconstruction_error_low"),
                final.metric("test_reconstruction_error_high"),
            ),
            test_samples=final.count("test_samples"),
            detail=final.metric("test_detail_kept"),
            against_pca=by_bootstrap(
                "against_pca",
                final.samples("test_error"),
                final.samples("test_pca_error"),
                outcomes=("loses to", "wins over", "draws with"),
            ),
            pca_error=final.metric("test_pca_reconstruction_error"),
            hardest=final.text("hardest_class"),
            easiest=final.text("easiest_class"),
            hardest_error=classes.number(0, "reconstruction_error"),
            easiest_error=classes.number(len(classes) - 1, "reconstruction_error"),
            classes=classes,
            reconstructions=final.figure("reconstructions"),
            curves=final.figure("curves"),
        )
