"""Scale published images (uint8) to a network's input in [0, 1] and back; standardize features."""

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.float32]  # (n, length)


def normalize(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Scale grey levels to [0, 1] and give grey images a channel axis.

    Args:
        images: (n, height, width) or (n, height, width, channels) uint8.

    Returns:
        (n, height, width, channels) float32 in [0, 1]; one channel for grey images.

    Raises:
        ValueError: if the images are not uint8, or have the wrong number of axes.

    >>> normalize(np.array([[[0, 51], [204, 255]]], dtype=np.uint8))[0, :, :, 0].tolist()
    [[0.0, 0.20000000298023224], [0.800000011920929, 1.0]]
    """
    if images.dtype != np.uint8 or images.ndim not in (3, 4):
        raise ValueError(
            "Expected images of dtype uint8 and 3 or 4 axes. "
            f"Received: images of dtype={images.dtype}, shape={images.shape}"
        )
    scaled = images.astype(np.float32)
    scaled /= 255  # in place: one copy of a training set of floats, 188 MB, is enough
    return scaled[..., np.newaxis] if images.ndim == 3 else scaled


def denormalize(images: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Undo `normalize`, to show images or their reconstructions as published.

    Values outside [0, 1], which a network may output, become black or white.

    Args:
        images: (n, height, width, channels) floats.

    Returns:
        uint8; (n, height, width) if there was one channel, else the shape of `images`.

    Raises:
        ValueError: if a value is not finite, or the number of axes is not 4.

    >>> denormalize(np.array([-0.1, 0.2, 1.3]).reshape(1, 1, 3, 1)).tolist()
    [[[0, 51, 255]]]
    """
    if images.ndim != 4:
        raise ValueError(f"Expected images of 4 axes. Received: images of shape={images.shape}")
    if not np.isfinite(images).all():
        raise ValueError(
            "Expected finite images. "
            f"Received: images with {np.count_nonzero(~np.isfinite(images))} non-finite values"
        )
    levels = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
    return levels[..., 0] if images.shape[-1] == 1 else levels


def standardized(train: Features, other: Features) -> tuple[Features, Features]:
    """Shift and scale each feature to mean 0 and standard deviation 1 over the training samples.

    Args:
        train: (n, length), determines shift and scale.
        other: (m, length), shifted and scaled likewise.

    Returns:
        Both, standardized; a feature that is constant in `train` becomes 0 there.

    >>> known, other = standardized(np.float32([[1, 5], [3, 5]]), np.float32([[5, 6]]))
    >>> known.tolist(), other.tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[3.0, 1.0]])
    """
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = train.std(axis=0, dtype=np.float64).astype(np.float32)
    scale[scale == 0] = 1
    known: Features = (train - mean) / scale
    return known, (other - mean) / scale
