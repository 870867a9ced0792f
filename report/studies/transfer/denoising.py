"""The evidence for Questions 3.2 a-e: the convolutional denoising autoencoder."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, ratio, threshold

network, tuning, final = (
    Stage("denoising.network"),
    Stage("denoising.tuning"),
    Stage("denoising.final"),
)


class Hourglass(Evidence):
    """Its layers (Question 3.2 a)."""

    layers = network.table("layers", "the layers of the network")
    side = network.count("side", "pixels per side of the image")
    code_side = network.count("code_side", "positions per side of the code")
    code_features = network.count("code_features", "features at each position of the code")
    parameters = network.count("parameters", "weights of the network")
    shapes = network.decision(
        "same_shape",
        outcomes=("has the same shape as", "has another shape than"),
        by=("side",),
        meaning="whether the output has the input’s shape",
    )


class Code(Evidence):
    """Whether its code could compress (Question 3.2 b)."""

    pixels = network.count("pixels", "pixels of an image")
    code_numbers = network.count("code_numbers", "numbers in a code")
    code_side = network.count("code_side", "positions per side of the code")
    code_features = network.count("code_features", "features at each position of the code")
    growth = ratio("code_numbers", "pixels", "numbers in a code over pixels")
    use = threshold(
        "growth",
        at_least=1.0,
        outcomes=("is longer than the image", "is shorter than the image"),
        meaning="whether the code is longer than the image",
    )


class Noise(Evidence):
    """The noise (Question 3.2 c)."""

    least = final.cell("levels", "noise", "standard deviation of the weakest noise", row=0)
    most = final.cell("levels", "noise", "standard deviation of the strongest noise", row=-1)
    least_psnr = final.cell("levels", "test_noisy_psnr", "PSNR with the weakest noise", row=0)
    most_psnr = final.cell("levels", "test_noisy_psnr", "PSNR with the strongest noise", row=-1)


class Training(Evidence):
    """How the denoiser was trained (Question 3.2 d)."""

    batch_size = final.setting("batch_size", "batch size")
    max_epochs = final.setting("max_epochs", "maximum number of epochs")
    patience = final.setting("patience", "epochs without a lower validation loss")
    learning_rate = tuning.setting("best_learning_rate", "learning rate that was chosen")
    trials = tuning.count("trials", "learning rates that were compared")
    train_samples = final.count("train_samples", "training images")


class Denoising(Evidence):
    """How much noise it removes (Question 3.2 e)."""

    test_samples = final.count("test_samples", "test images")
    levels = final.table("levels", "errors at each level of noise")
    denoised = final.figure("denoised", "test images with noise, denoised and filtered")
    psnr = final.figure("psnr", "PSNR over the level of noise")
    most = final.cell("levels", "noise", "standard deviation of the strongest noise", row=-1)
    noisy_psnr = final.cell("levels", "test_noisy_psnr", "PSNR of the noisy images", row=-1)
    denoised_psnr = final.cell("levels", "test_denoised_psnr", "PSNR when denoised", row=-1)
    median_psnr = final.cell("levels", "test_median_psnr", "PSNR of the median filter", row=-1)
    window = final.cell("levels", "window", "side of that filter’s window, as chosen", row=-1)
    against_median = final.compare_samples(
        "denoised_error_last",
        "median_error_last",
        outcomes=("loses to", "wins over", "draws with"),
        meaning="denoiser against median filter, strongest noise, squared errors",
    )
    least = final.cell("levels", "noise", "standard deviation of the weakest noise", row=0)
    against_median_least = final.compare_samples(
        "denoised_error_1",
        "median_error_1",
        outcomes=("loses to", "wins over", "draws with"),
        meaning="denoiser against median filter, weakest noise, squared errors",
    )
