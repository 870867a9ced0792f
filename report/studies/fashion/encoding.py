"""The evidence for Questions 7 and 8: what shorter codes cost, and what the final one keeps."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, ratio, threshold

BLUR = 0.05  # smallest loss of fine detail, as a share, that we call blurring
AGAINST_PCA: dict[str, Any] = {"outcomes": ("loses to", "wins over", "draws with")}

tuning, shrink = Stage("encoding.tuning"), Stage("encoding.shrink")
final = Stage("encoding.final")


class Codes(Evidence):
    """What reconstructions lose as the code shrinks (Question 7)."""

    epochs = shrink.setting("epochs", "epochs that each autoencoder was trained for")
    initial_error = tuning.metric(
        "initial_val_reconstruction_error", "validation error of the first autoencoder"
    )
    tuned_error = tuning.metric(
        "val_reconstruction_error", "validation error after tuning, at the longest code"
    )
    trials = tuning.table("trials", "the trials of the tuning, one a row")
    trial_count = tuning.count("trials", "trials of the tuning")
    last_gain = tuning.metric(
        "last_gain", "gain of the last round of tuning, relative to the first error"
    )
    tuned = threshold(
        "last_gain",
        at_least=tuning.setting("marginal"),
        outcomes=("no step was left to try", "a round gained next to nothing"),
        meaning="why the tuning ended",
    )
    all_sizes = shrink.table("sizes", "each size with its errors")
    errors = shrink.figure("errors", "validation error by size, of the autoencoder and of PCA")
    reconstructions = shrink.figure("reconstructions", "validation images at each size")
    largest = shrink.cell("sizes", "latent_features", "features of the longest code", row=0)
    smallest = shrink.cell("sizes", "latent_features", "features of the shortest code", row=-1)
    largest_error = shrink.cell(
        "sizes", "val_reconstruction_error", "validation error, longest code", row=0
    )
    smallest_error = shrink.cell(
        "sizes", "val_reconstruction_error", "validation error, shortest code", row=-1
    )
    largest_detail = shrink.cell(
        "sizes", "val_detail_kept", "share of fine detail kept, longest code", row=0
    )
    smallest_detail = shrink.cell(
        "sizes", "val_detail_kept", "share of fine detail kept, shortest code", row=-1
    )
    detail = threshold(
        difference("largest_detail", "smallest_detail", "loss of fine detail"),
        at_least=BLUR,
        outcomes=("blurs away", "stays as it is"),
        meaning="whether fine detail blurs away",
    )
    kept = shrink.setting("best_latent_features", "features of the size that was kept")
    at = shrink.setting("degraded_latent_features", "features after the drop or steepest rise")
    rise = shrink.metric(
        "rise", "relative rise of the error at that size", low="rise_low", high="rise_high"
    )
    drop = shrink.decision(
        "degraded",
        outcomes=("drops", "holds"),
        by=("rise", shrink.metric("rise_low", "lower end of the rise"), shrink.setting("drop")),
        meaning="whether quality drops at that size",
    )
    tuned_again = shrink.count("tuned_again", "sizes whose learning rate was tuned again")
    wins = shrink.count("wins_over_pca", "sizes at which the autoencoder’s error is below PCA’s")
    sizes = shrink.count("sizes", "sizes that were tried")
    largest_against_pca = shrink.compare_samples(
        "largest_error",
        "largest_pca_error",
        meaning="autoencoder against PCA, longest code",
        **AGAINST_PCA,
    )
    smallest_against_pca = shrink.compare_samples(
        "smallest_error",
        "smallest_pca_error",
        meaning="autoencoder against PCA, shortest code",
        **AGAINST_PCA,
    )


class Autoencoder(Evidence):
    """What the final autoencoder makes of test images (Question 8)."""

    latent_dim = final.count("latent_dim", "numbers in a code")
    pixels = final.count("pixels", "pixels in an image")
    compression = ratio("pixels", "latent_dim", "pixels for each number in a code")
    epochs = final.setting("epochs", "epochs that it was trained for")
    train_samples = final.count("train_samples", "images it was trained on")
    test_error = final.metric(
        "test_reconstruction_error",
        "mean squared error on the test images",
        low="test_reconstruction_error_low",
        high="test_reconstruction_error_high",
    )
    test_samples = final.count("test_samples", "test images")
    detail = final.metric("test_detail_kept", "share of the test images’ fine detail that it keeps")
    against_pca = final.compare_samples(
        "test_error",
        "test_pca_error",
        meaning="autoencoder against PCA with a code as long, test images",
        **AGAINST_PCA,
    )
    pca_error = final.metric("test_pca_reconstruction_error", "PCA’s mean squared test error")
    hardest = final.text("hardest_class", "class with the largest error")
    easiest = final.text("easiest_class", "class with the smallest error")
    hardest_error = final.cell(
        "classes", "reconstruction_error", "mean error of the hardest class", row=0
    )
    easiest_error = final.cell(
        "classes", "reconstruction_error", "mean error of the easiest class", row=-1
    )
    classes = final.table("classes", "mean error of each class")
    reconstructions = final.figure("reconstructions", "random test images, reconstructed")
    curves = final.figure("curves", "training error after each epoch")
