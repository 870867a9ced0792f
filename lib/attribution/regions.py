"""Shapley values of image regions: an absent region shows the baseline."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.network import Floats, Ints, Network
from lib.attribution.shapley import shapley_values

Numbers = NDArray[np.float64]


def grid(size: tuple[int, int], rows: int, columns: int) -> NDArray[np.int64]:
    """Split an image into rectangles of equal size, as far as its pixels allow.

    >>> grid((2, 4), 1, 2)
    array([[0, 0, 1, 1],
           [0, 0, 1, 1]])

    Args:
        size: image height and width, pixels.
        rows: number of rows.
        columns: number of columns.

    Returns:
        (height, width) integers, numbered row by row.
    """
    height, width = size
    if not (1 <= rows <= height and 1 <= columns <= width):
        raise ValueError(
            f"Expected 1 … {height} rows and 1 … {width} columns. Received: {rows=}, {columns=}"
        )
    down = np.arange(height) * rows // height
    across = np.arange(width) * columns // width
    return down[:, None] * columns + across


def region_values(
    network: Network,
    images: Floats,
    targets: Ints,
    *,
    regions: NDArray[np.integer],
    baseline: Floats,
    permutations: int | None = None,
    seed: int = 0,
) -> tuple[Numbers, Numbers]:
    """Compute each region's Shapley value for the target logit.

    Args:
        network: network to explain.
        images: (n, height, width, channels).
        targets: (n,) class numbers.
        regions: (height, width) integers; equal ones form a region.
        baseline: (n, height, width, channels), shown where a region is absent.
        permutations: per image, see `shapley_values`.
        seed: random seed for the orders of image 0; image i uses seed + i.

    Returns:
        Values and standard errors, both (n, regions), in ascending order of region number.
    """
    number_of = _numbered(regions, images.shape[1:3])
    players = int(number_of.max()) + 1
    values, errors = np.empty((2, len(images), players))
    for image in range(len(images)):

        def worth(coalitions: NDArray[np.bool_], image: int = image) -> Floats:
            parts = []
            for part in network.batches(len(coalitions)):
                seen = coalitions[part][:, number_of, None]  # (batch, height, width, 1)
                mixed = np.where(seen, images[image], baseline[image])
                parts.append(network.logits(mixed)[:, targets[image]])
            return np.concatenate(parts)

        values[image], errors[image] = shapley_values(worth, players, permutations, seed + image)
    return values, errors


def region_maps(values: Numbers, regions: NDArray[np.integer]) -> Floats:
    """Spread each region's value evenly over its pixels, so that a map sums to its values.

    Args:
        values: (n, regions).
        regions: (height, width) integers.

    Returns:
        (n, height, width) float32.
    """
    number_of = _numbered(regions, regions.shape)
    return (values / np.bincount(number_of.ravel()))[:, number_of].astype(np.float32)


def _numbered(regions: NDArray[np.integer], size: tuple[int, ...]) -> NDArray[np.intp]:
    """Renumber the regions consecutively from 0."""
    if regions.shape != size or not np.issubdtype(regions.dtype, np.integer):
        raise ValueError(
            f"Expected regions as an integer array of the image's height and width, {size}. "
            f"Received: {regions.shape=}, {regions.dtype=}"
        )
    return np.unique(regions, return_inverse=True)[1].reshape(size)
