"""The evidence for the review questions, 4 b-e and 4 g: what the exercises have already shown."""

from report.evidence.stages import Stage
from report.studies.transfer.codes import Machines
from report.studies.transfer.food import Amounts, FineTuning

denoised, coded = Stage("denoising.final"), Stage("codes.final")


class Pretraining(FineTuning):
    """Advantages of pretrained features (Question 4 b)."""


class Freezing(Amounts):
    """Freezing, and the size of the training set (Question 4 c)."""


class Usage(Machines):
    """What autoencoders can be used for (Questions 4 d and 4 e)."""

    noisy_psnr = denoised.cell("levels", "test_noisy_psnr", "PSNR of noisy images", row=-1)
    denoised_psnr = denoised.cell("levels", "test_denoised_psnr", "PSNR when denoised", row=-1)
    length = coded.setting("length", "code length")
    pixels = coded.count("image_bytes", "pixels of an image")


class SelfSupervision(FineTuning):
    """When to learn features from one's own images (Question 4 g)."""

    codes_rbf = coded.share("test_codes_rbf_accuracy", "test_samples", "RBF kernel on codes")
