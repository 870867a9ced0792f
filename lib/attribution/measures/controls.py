"""Maps that know nothing of the network: a method has to do better than these."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def random_maps(images: NDArray[np.floating], seed: int) -> Floats:
    """Give each pixel of (n, height, width, channels) images a random number in [0, 1)."""
    return np.random.default_rng(seed).random(images.shape[:3], dtype=np.float32)


def edge_maps(images: NDArray[np.floating]) -> Floats:
    """Give the steepness of the brightness, by Sobel's filter.

    An edge map looks like a plausible explanation, whatever the network does.

    Args:
        images: (n, height, width, channels).

    Returns:
        (n, height, width) float32 >= 0.

    Source: Adebayo et al., "Sanity checks for saliency maps" (2018), section 5.
    """
    from skimage.filters import sobel

    return np.stack([sobel(image) for image in images.mean(axis=3)]).astype(np.float32)
