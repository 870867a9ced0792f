"""The evidence for Questions 3.1 a-g: the dense autoencoder, and what its codes are worth."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, ratio, threshold

explore, lengths = Stage("codes.explore"), Stage("codes.lengths")
trained, selection, final = (
    Stage("codes.autoencoder"),
    Stage("codes.selection"),
    Stage("codes.final"),
)
AGAINST: dict[str, Any] = {
    "outcomes": ("beats", "loses to", "is not measurably different from"),
    "smallest": 0.005,
}
AGAINST_PCA: dict[str, Any] = {"outcomes": ("loses to", "wins over", "draws with")}


class Length(Evidence):
    """The length of the code (Question 3.1 a)."""

    length = trained.setting("length", "code length")
    classes = explore.count("classes", "letters")
    pixels = final.count("image_bytes", "pixels of an image")
    train_samples = explore.count("train_samples", "training images")
    val_samples = explore.count("val_samples", "validation images")
    test_samples = explore.count("test_samples", "test images")
    removed = explore.count("removed_duplicates", "exact copies removed")
    straddling = explore.count("duplicates", "exact copies left")
    samples = explore.figure("samples", "some images of each letter")
    all_lengths = lengths.table("lengths", "what each length leads to")
    curve = lengths.figure("lengths", "validation error over the code’s length")
    shortest = lengths.cell("lengths", "length", "shortest code", row=0)
    longest = lengths.cell("lengths", "length", "longest code", row=-1)
    shortest_error = lengths.cell(
        "lengths", "val_reconstruction_error", "validation error, shortest code", row=0
    )
    longest_error = lengths.cell(
        "lengths", "val_reconstruction_error", "validation error, longest code", row=-1
    )


class DenseModels(Evidence):
    """The layers and the models (Questions 3.1 b and c)."""

    length = trained.setting("length", "code length")
    pixels = final.count("image_bytes", "pixels of an image")
    parameters = trained.count("parameters", "weights of the autoencoder")
    encoder = trained.table("encoder", "layers of the encoder")
    decoder = trained.table("decoder", "layers of the decoder")


class DenseTraining(Evidence):
    """How the autoencoder was trained (Question 3.1 d)."""

    batch_size = trained.setting("batch_size", "batch size")
    learning_rate = trained.setting("learning_rate", "learning rate")
    max_epochs = trained.setting("max_epochs", "maximum number of epochs")
    patience = trained.setting("patience", "epochs without a lower validation loss")
    best_epoch = trained.count("best_epoch", "epoch with the lowest validation loss")
    best_val_loss = trained.metric("best_val_loss", "validation loss of that epoch")
    train_samples = trained.count("train_samples", "training images")
    dead = trained.count("dead_units", "code units that are zero for every training image")
    length = trained.setting("length", "code length")
    curves = trained.figure("curves", "training and validation loss after each epoch")


class Reconstructions(Evidence):
    """How well letters are reconstructed (Question 3.1 e)."""

    error = final.metric("test_reconstruction_error", "mean squared error on the test images")
    pca_error = final.metric("test_pca_error", "the same for PCA with codes of equal length")
    test_samples = final.count("test_samples", "test images")
    against_pca = final.compare_samples(
        "test_error",
        "test_pca_squared_error",
        meaning="autoencoder against PCA with the same code length, test images",
        **AGAINST_PCA,
    )
    reconstructions = final.figure(
        "reconstructions", "test images, their codes and reconstructions"
    )


class Compression(Evidence):
    """What the compression costs and gains (Question 3.1 f)."""

    image = final.count("image_bytes", "bytes of an image")
    code = final.count("code_bytes", "bytes of a code of float32")
    rounded_code = final.count("rounded_code_bytes", "bytes of a code of one byte per unit")
    zlib = final.metric("zlib_bytes", "mean bytes of a test image packed by zlib, without loss")
    weights = final.size("weights_bytes", "bytes of the weights of encoder and decoder")
    pays_from = final.count("images_to_pay", "images needed to offset the weights' size")
    gain = ratio("image", "code", "image over code, float32")
    rounded_gain = ratio("image", "rounded_code", "image over code, one byte per unit")
    zlib_gain = ratio("image", "zlib", "image size over zlib's size")
    error = final.metric("test_reconstruction_error", "mean squared error on the test images")
    rounded_error = final.metric("test_rounded_error", "the same from codes of one byte per unit")


class Machines(Evidence):
    """Classifying codes instead of pixels (Question 3.1 g)."""

    all_machines = final.table(
        "machines",
        "all SVMs",
        known_to={"test_accuracy": "pixels_rbf", "low": "pixels_rbf", "high": "pixels_rbf"},
    )
    train_samples = final.count("train_samples", "training images")
    pixels_rbf = final.share("test_pixels_rbf_accuracy", "test_samples", "RBF kernel on pixels")
    codes_rbf = final.share("test_codes_rbf_accuracy", "test_samples", "RBF kernel on codes")
    pca_rbf = final.share("test_pca_rbf_accuracy", "test_samples", "RBF kernel on PCA’s codes")
    pixels_linear = final.share("test_pixels_linear_accuracy", "test_samples", "linear, pixels")
    codes_linear = final.share("test_codes_linear_accuracy", "test_samples", "linear, codes")
    pixels_seconds = final.seconds("pixels_rbf_seconds", "training and test time, RBF, pixels")
    codes_seconds = final.seconds("codes_rbf_seconds", "training and test time, RBF, codes")
    faster = ratio("pixels_seconds", "codes_seconds", "seconds on pixels over seconds on codes")
    speed = threshold(
        "faster",
        at_least=1.0,
        outcomes=("faster", "slower"),
        meaning="whether the SVM is faster on codes",
    )
    rbf = final.compare(
        "y_pred_codes_rbf", "y_pred_pixels_rbf", meaning="RBF on codes against pixels", **AGAINST
    )
    linear = final.compare(
        "y_pred_codes_linear",
        "y_pred_pixels_linear",
        meaning="linear SVM on codes against pixels",
        **AGAINST,
    )
    pca = final.compare(
        "y_pred_codes_rbf", "y_pred_pca_rbf", meaning="RBF on codes against PCA’s codes", **AGAINST
    )
