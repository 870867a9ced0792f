"""How far reconstructions are from their images."""

import numpy as np
from numpy.typing import NDArray


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
