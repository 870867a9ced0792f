"""Scale attribution maps for display."""

import numpy as np
from numpy.typing import NDArray


def scaled_for_display(maps: NDArray[np.floating], percentile: float = 99.0) -> NDArray[np.float32]:
    """Divide each map by its own largest absolute value, keeping zeros and signs.

    >>> scaled_for_display(np.array([[[0.0, -2.0], [1.0, 4.0]]]), percentile=100)
    array([[[ 0.  , -0.5 ], [ 0.25,  1.  ]]], dtype=float32)

    Args:
        maps: (n, height, width).
        percentile: of the absolute values, used in place of the largest so that outlier pixels do
            not hide the rest; larger values are clipped.

    Returns:
        (n, height, width) in [-1, 1]; an all-zero map stays zero.
    """
    if not 0 < percentile <= 100:
        raise ValueError(f"Expected 0 < percentile <= 100. Received: {percentile=}")
    size = np.abs(maps)
    scale = np.percentile(size, percentile, axis=(1, 2), keepdims=True)
    scale = np.where(scale > 0, scale, size.max(axis=(1, 2), keepdims=True))  # sparse map
    scaled = np.divide(maps, scale, out=np.zeros(maps.shape), where=scale > 0)
    return np.clip(scaled, -1, 1).astype(np.float32)
