"""Scale maps so that they can be drawn."""

import numpy as np
from numpy.typing import NDArray


def scaled_for_display(maps: NDArray[np.floating], percentile: float = 99.0) -> NDArray[np.float32]:
    """Divide each map by its own largest absolute value, so that 0 stays 0 and signs stay.

    >>> scaled_for_display(np.array([[[0.0, -2.0], [1.0, 4.0]]]), percentile=100)
    array([[[ 0.  , -0.5 ], [ 0.25,  1.  ]]], dtype=float32)

    Args:
        maps: (n, height, width).
        percentile: of the absolute values, taken as the largest, so that single pixels do not make
            the others invisible; what exceeds it is cut off.

    Returns:
        (n, height, width) in [-1, 1]; a map that is zero everywhere stays so.
    """
    if not 0 < percentile <= 100:
        raise ValueError(f"Expected 0 < percentile <= 100. Received: {percentile=}")
    size = np.abs(maps)
    scale = np.percentile(size, percentile, axis=(1, 2), keepdims=True)
    scale = np.where(scale > 0, scale, size.max(axis=(1, 2), keepdims=True))  # few pixels speak
    scaled = np.divide(maps, scale, out=np.zeros(maps.shape), where=scale > 0)
    return np.clip(scaled, -1, 1).astype(np.float32)
