"""Reconstruction metrics: errors, and the share of detail kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


def squared_errors(
    images: NDArray[np.floating], reconstructions: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Mean squared error of each image over its pixels.

    Args:
        images: (n, ...) in [0, 1].
        reconstructions: (n, ...) of the same shape.

    Returns:
        (n,) float32.

    Raises:
        ValueError: the shapes differ.

    >>> squared_errors(np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([[0.5, 1.0], [0.5, 0.5]]))
    array([0.125, 0.   ], dtype=float32)
    """
    if images.shape != reconstructions.shape:
        raise ValueError(
            f"Expected equal shapes. Received: {images.shape=}, {reconstructions.shape=}"
        )
    away = np.subtract(images, reconstructions, dtype=np.float32).reshape(len(images), -1)
    return np.einsum("ij,ij->i", away, away) / np.float32(away.shape[1])


def psnr(errors: NDArray[np.floating]) -> float:
    """Mean peak signal-to-noise ratio of images in [0, 1], in decibels.

    Args:
        errors: (n,) mean squared error of each image, above 0; see `squared_errors`.

    Raises:
        ValueError: there are no errors, or one is 0 (an infinite ratio).

    >>> round(psnr(np.array([0.01, 0.001])), 1)
    25.0
    """
    if len(errors) == 0 or not (errors > 0).all():
        raise ValueError(f"Expected at least one error, all above 0. Received: {errors=}")
    return float(np.mean(-10 * np.log10(np.asarray(errors, dtype=np.float64))))


def detail_kept(images: NDArray[np.floating], reconstructions: NDArray[np.floating]) -> float:
    """Compute the share of the images' fine detail that their reconstructions keep.

    Detail is the sum of squared differences between neighbouring pixels: high for edges and
    textures, low for blurred images.

    Args:
        images: (n, height, width, channels), not all uniform.
        reconstructions: of the same shape.

    Returns:
        1 if the reconstructions are as sharp as the images, 0 if they are uniform.

    Raises:
        ValueError: the shapes differ, or the images have no detail.

    >>> stripes = np.tile([0.0, 1.0], (1, 4, 2))[..., None]
    >>> detail_kept(stripes, stripes / 2)
    0.25
    """
    if images.shape != reconstructions.shape:
        raise ValueError(
            f"Expected equal shapes. Received: {images.shape=}, {reconstructions.shape=}"
        )
    there = _detail(images)
    if there == 0:
        raise ValueError(f"Expected images that are not uniform. Received: {images=}")
    return _detail(reconstructions) / there


def _detail(images: NDArray[np.floating]) -> float:
    return sum(
        float(np.square(np.diff(images, axis=axis)).sum(dtype=np.float64)) for axis in (1, 2)
    )


def class_errors(
    errors: NDArray[np.floating], labels: NDArray[np.integer], class_names: Sequence[str]
) -> "pd.DataFrame":
    """Average errors over the images of each class.

    Args:
        errors: (n,) one per image.
        labels: (n,) in [0, classes), each class at least once.
        class_names: one per class.

    Returns:
        Columns `class`, `images`, `reconstruction_error`, sorted by descending error.
    """
    import pandas as pd

    table = pd.DataFrame({"class": np.array(class_names)[labels], "reconstruction_error": errors})
    means = table.groupby("class")["reconstruction_error"].agg(["size", "mean"]).reset_index()
    means.columns = ["class", "images", "reconstruction_error"]
    return means.sort_values("reconstruction_error", ascending=False, ignore_index=True)
