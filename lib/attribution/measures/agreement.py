"""Measure whether two maps rank an image's pixels in the same order."""

import numpy as np
from numpy.typing import NDArray

Maps = NDArray[np.floating]


def rank_agreement(first: Maps, second: Maps) -> NDArray[np.float64]:
    """Compute Spearman's rank correlation between each image's two maps.

    >>> rank_agreement(np.array([[[1.0, 2.0, 3.0]]]), np.array([[[1.0, 4.0, 9.0]]]))
    array([1.])

    Args:
        first: (n, height, width).
        second: (n, height, width).

    Returns:
        (n,) in [-1, 1], NaN where a map is constant and so has no ranking.
    """
    from scipy.stats import rankdata

    if first.shape != second.shape or first.ndim != 3:
        raise ValueError(
            "Expected two (n, height, width) arrays of the same shape. "
            f"Received: {first.shape=}, {second.shape=}"
        )
    flat = [rankdata(maps.reshape(len(maps), -1), axis=1) for maps in (first, second)]
    a, b = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in flat)
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.divide((a * b).sum(axis=1), spread, out=np.full(len(a), np.nan), where=spread > 0)
