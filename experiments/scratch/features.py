"""The inputs of the study's classifiers: pixels as rows, or features of equal scale.

Descriptors of edges and textures are in `descriptors`.
"""

import math

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]  # (n, 32, 32, 3)
Features = NDArray[np.float32]  # (n, length)


def pixels(images: Images) -> Features:
    """Lay each image out as `read_cifar` does: all its red levels, then green, then blue.

    Args:
        images: (n, height, width, 3) uint8.

    Returns:
        (n, 3 * height * width) float32 in [0, 255].

    >>> pixels(np.array([[[[1, 2, 3], [4, 5, 6]]]], np.uint8)).tolist()
    [[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]]
    """
    planes = images.transpose(0, 3, 1, 2)
    return planes.reshape(len(images), math.prod(images.shape[1:])).astype(np.float32)


def standardized(train: Features, other: Features) -> tuple[Features, Features]:
    """Shift and scale each feature to mean 0 and standard deviation 1 over the training samples.

    Args:
        train: (n, length), which decides shift and scale.
        other: (m, length), shifted and scaled alike.

    Returns:
        Both; a feature that never varies in `train` becomes 0 there.

    >>> known, other = standardized(np.float32([[1, 5], [3, 5]]), np.float32([[5, 6]]))
    >>> known.tolist(), other.tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[3.0, 1.0]])
    """
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = train.std(axis=0, dtype=np.float64).astype(np.float32)
    scale[scale == 0] = 1
    known: Features = (train - mean) / scale
    return known, (other - mean) / scale
