"""Enlarge grey images by linear interpolation."""

import numpy as np
import numpy.typing as npt


def enlarge(images: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Enlarge square images, each by linear interpolation between the centres of its pixels.

    Args:
        images: (n, height, width) or (n, height, width, 3) uint8.
        side: pixels a side of the result.

    Returns:
        (n, side, side) or (n, side, side, 3) uint8.

    >>> enlarge(np.array([[[0, 200], [0, 200]]], dtype=np.uint8), 4)[0, 0].tolist()
    [0, 50, 150, 200]
    """
    from PIL import Image

    enlarged = np.empty((len(images), side, side, *images.shape[3:]), dtype=np.uint8)
    for number, image in enumerate(images):
        resized = Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)
        enlarged[number] = np.asarray(resized)
    return enlarged
