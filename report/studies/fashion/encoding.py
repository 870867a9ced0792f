"""The evidence for Questions 7 and 8: what shorter codes cost, and what the final one keeps."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, threshold

BLUR = 0.05  # smallest loss of fine detail, as a share, that we call blurring
AGAINST_PCA = ("loses to", "wins over", "draws with"), 0.0

tuning, shrink, final = Stage("encoding.tuning"), Stage("encoding.shrink"), Stage("encoding.final")
longest, shortest = shrink.row("sizes", 0), shrink.row("sizes", -1)
hardest_class, easiest_class = final.row("classes", 0), final.row("classes", -1)


class Codes(Evidence):
    """What reconstructions lose as the code shrinks (Question 7)."""

    epochs = shrink.setting("epochs", "epochs that each autoencoder was trained for")
    trial_count = tuning.count("trials", "trials of the tuning")
    last_gain = tuning.metric(
        "last_gain", "gain of the last round of tuning, relative to the first error"
    )
    tuned = threshold(
        "last_gain",
        tuning.setting("marginal"),
        ("no step was left to try", "a round gained next to nothing"),
        "why the tuning ended",
    )
    all_sizes = shrink.table("sizes", "each size with its errors")
    errors = shrink.figure("errors", "validation error by size, of the autoencoder and of PCA")
    reconstructions = shrink.figure("reconstructions", "validation images at each size")
    largest = longest.cell("latent_features", "features of the longest code")
    smallest = shortest.cell("latent_features", "features of the shortest code")
    largest_error = longest.cell("val_reconstruction_error", "validation error, longest code")
    smallest_error = shortest.cell("val_reconstruction_error", "validation error, shortest code")
    largest_detail = longest.cell("val_detail_kept", "fine detail kept, longest code")
    smallest_detail = shortest.cell("val_detail_kept", "fine detail kept, shortest code")
    detail = threshold(
        difference("largest_detail", "smallest_detail", "loss of fine detail"),
        BLUR,
        ("blurs away", "stays as it is"),
        "whether fine detail blurs away",
    )
    kept = shrink.setting("best_latent_features", "features of the size that was kept")
    at = shrink.setting(
        "degraded_latent_features", "features of the size with the drop or steepest rise"
    )
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
    largest_against_pca = shrink.compare_samples(
        "largest_error", "largest_pca_error", *AGAINST_PCA, "autoencoder against PCA, longest code"
    )
    smallest_against_pca = shrink.compare_samples(
        "smallest_error", "smallest_pca_error", *AGAINST_PCA, "autoencoder against PCA, shortest"
    )


class Autoencoder(Evidence):
    """How well the final autoencoder reconstructs test images (Question 8)."""

    latent_dim = final.count("latent_dim", "code length")
    pixels = final.count("pixels", "pixels in an image")
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
        "test_error", "test_pca_error", *AGAINST_PCA, "autoencoder against PCA, test images"
    )
    pca_error = final.metric("test_pca_reconstruction_error", "PCA’s mean squared test error")
    hardest = final.text("hardest_class", "class with the largest error")
    easiest = final.text("easiest_class", "class with the smallest error")
    hardest_error = hardest_class.cell("reconstruction_error", "mean error of the hardest class")
    easiest_error = easiest_class.cell("reconstruction_error", "mean error of the easiest class")
    reconstructions = final.figure("reconstructions", "random test images, reconstructed")
