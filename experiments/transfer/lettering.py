"""Figures of the experiments on letters, and the form in which images and weights are kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lib import training
from lib.data import denormalize
from lib.figures import curves as learning
from lib.figures import images
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
CODE_ROWS = 4  # rows of the picture that shows a code


def samples(results: Results) -> Figures:
    """Draw some letters, one class per column."""
    return {"samples": images.image_grid(results.arrays["samples"])}


def curves(results: Results) -> Figures:
    """Draw an autoencoder's error over the epochs."""
    return {
        "curves": learning.learning_curves(
            results.curves,
            metrics={"loss": "mean squared error"},
            best_epoch=int(results.metrics["best_epoch"]),
        )
    }


def lengths(results: Results) -> Figures:
    """Draw the errors of the autoencoder and of PCA against the code's length."""
    table = results.tables["lengths"]
    return {
        "lengths": lines(
            table["length"].tolist(),
            {
                "autoencoder": table["val_reconstruction_error"].tolist(),
                "PCA": table["pca_val_reconstruction_error"].tolist(),
            },
            x_label="numbers in a code",
            y_label="mean squared error",
            logarithmic=True,
        )
    }


def reconstructions(results: Results) -> Figures:
    """Draw random test images, their codes and their reconstructions."""
    rows = ("images", "codes", "reconstructions", "pca_reconstructions")
    return {
        "reconstructions": images.image_grid(
            np.stack([results.arrays[row] for row in rows]),
            row_labels=["image", "code", "drawn again", "by PCA"],
        )
    }


def denoised(results: Results) -> Figures:
    """Draw test images with each level of noise, denoised and filtered, and the errors."""
    table = results.tables["levels"]
    levels = [float(level) for level in table["noise"]]
    psnr = {
        "noisy": "test_noisy_psnr",
        "denoised": "test_denoised_psnr",
        "median filter": "test_median_psnr",
    }
    drawn = [results.arrays["images"]]
    labels = ["image"]
    for number, level in enumerate(levels, start=1):
        drawn += [results.arrays[f"{kind}_{number}"] for kind in ("noisy", "denoised", "median")]
        labels += [f"noise {level:g}", "denoised", "median"]
    return {
        "denoised": images.image_grid(np.stack(drawn), row_labels=labels),
        "psnr": lines(
            levels,
            {name: table[column].tolist() for name, column in psnr.items()},
            x_label="standard deviation of the noise",
            y_label="PSNR, dB",
            logarithmic=True,
        ),
    }


def pictures(rows: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Turn rows of pixels in [0, 1] into images, (n, height, width) uint8."""
    return denormalize(rows.reshape(len(rows), *shape[:2], 1))


def code_pictures(codes: NDArray[np.float32], side: int = 28) -> NDArray[np.uint8]:
    """Show codes as pictures: one field per unit, white for 0, black for the largest value of all.

    Args:
        codes: (n, length), none below 0; the length is a multiple of `CODE_ROWS`.
        side: height and width of a picture, pixels.

    Returns:
        (n, side, side) uint8.
    """
    fields = codes.reshape(len(codes), CODE_ROWS, -1) / max(float(codes.max()), 1e-9)
    down, across = (np.arange(side) * count // side for count in fields.shape[1:])
    shown: NDArray[np.uint8] = np.rint(255 * (1 - fields[:, down][:, :, across])).astype(np.uint8)
    return shown


def bare_weights(model: "keras.Model") -> bytes:
    """Write a model's weights without its optimizer's state, which is twice as large."""
    return training.weights_to_bytes(_bare(model))


def load_bare_weights(model: "keras.Model", content: bytes) -> None:
    """Load what `bare_weights` wrote, and leave the optimizer alone.

    Raises:
        ValueError: the weights belong to another architecture.
    """
    training.load_weights(_bare(model), content)


def _bare(model: "keras.Model") -> "keras.Model":
    """Return a model of the same layers, not compiled."""
    import keras

    return keras.Model(model.inputs, model.outputs, name=model.name)
