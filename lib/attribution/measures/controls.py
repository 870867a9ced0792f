"""Control maps that ignore the network: a method has to beat them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def random_maps(images: NDArray[np.floating], seed: int) -> Floats:
    """Draw a random number in [0, 1) for each pixel of (n, height, width, channels) images."""
    return np.random.default_rng(seed).random(images.shape[:3], dtype=np.float32)


def edge_maps(images: NDArray[np.floating]) -> Floats:
    """Compute the gradient magnitude of the brightness with a Sobel filter.

    An edge map looks like a plausible explanation, whatever the network does.

    Args:
        images: (n, height, width, channels).

    Returns:
        (n, height, width) float32 >= 0.

    Source: Adebayo et al., "Sanity checks for saliency maps" (2018), section 5.
    """
    from skimage.filters import sobel

    return np.stack([sobel(image) for image in images.mean(axis=3)]).astype(np.float32)
