"""Enlarge images by bilinear interpolation."""

import numpy as np
import numpy.typing as npt

TOGETHER = 2_048  # images converted to floats at a time


def enlarge(images: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Enlarge square images by bilinear interpolation between pixel centres.

    Args:
        images: (n, height, width) or (n, height, width, 3) uint8.
        side: height and width of the result, pixels.

    Returns:
        (n, side, side) or (n, side, side, 3) uint8.

    >>> enlarge(np.array([[[0, 200], [0, 200]]], dtype=np.uint8), 4)[0, 0].tolist()
    [0, 50, 150, 200]
    """
    down, across = (_weights(size, side) for size in images.shape[1:3])
    enlarged = np.empty((len(images), side, side, *images.shape[3:]), dtype=np.uint8)
    for start in range(0, len(images), TOGETHER):
        some = images[start : start + TOGETHER].astype(np.float32)
        tall = np.einsum("ah,nhw...->naw...", down, some, optimize=True)
        wide = np.einsum("bw,naw...->nab...", across, tall, optimize=True)
        enlarged[start : start + TOGETHER] = np.rint(wide)
    return enlarged


def _weights(old: int, new: int) -> npt.NDArray[np.float32]:
    """Weights (new, old) of old pixels in new ones; constant beyond the outermost centres."""
    centres = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)  # in old pixels
    weights = np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(old)))
    return weights.astype(np.float32)
