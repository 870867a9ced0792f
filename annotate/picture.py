"""Write an image as PNG, every pixel as it is."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(image: NDArray[np.uint8]) -> bytes:
    """Write a grey or colour image as PNG.

    Args:
        image: (height, width), or (height, width, channels) with 1 or 3 channels; uint8, 0 for
            black.

    Raises:
        ValueError: the image has a different shape or type.

    >>> png(np.zeros((2, 3), np.uint8))[1:4]
    b'PNG'
    """
    pixels = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    if pixels.dtype != np.uint8 or (pixels.ndim != 2 and pixels.shape[2:] != (3,)):
        raise ValueError(
            "Expected a grey or red-green-blue uint8 image. "
            f"Received: {image.shape=}, {image.dtype=}"
        )
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
