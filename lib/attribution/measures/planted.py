"""Images with a planted patch: the pixels behind the class are known."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.measures.controls import edge_maps, random_maps

Floats = NDArray[np.float32]
Masks = NDArray[np.bool_]


def plant(
    images: NDArray[np.floating], patch: NDArray[np.floating], seed: int
) -> tuple[Floats, Masks]:
    """Paste a patch into each image at a random position.

    The caller makes sure that the patch is what matters: the images must not support the class, and
    the patch must.

    Args:
        images: (n, height, width, channels).
        patch: (rows, columns, channels), smaller than the images.
        seed: random seed for the positions.

    Returns:
        The images with the patch, and (n, height, width) masks, true on the patch.

    Raises:
        ValueError: the patch does not fit into the images.
    """
    n, height, width, channels = images.shape
    rows, columns = patch.shape[:2]
    if patch.shape[2:] != (channels,) or rows >= height or columns >= width:
        raise ValueError(
            "Expected a patch smaller than the images, with as many channels. "
            f"Received: {patch.shape=}, {images.shape=}"
        )
    generator = np.random.default_rng(seed)
    top = generator.integers(0, height - rows, n, endpoint=True)
    left = generator.integers(0, width - columns, n, endpoint=True)
    planted = images.astype(np.float32)
    masks = np.zeros((n, height, width), bool)
    for image in range(n):
        place = (
            image,
            slice(top[image], top[image] + rows),
            slice(left[image], left[image] + columns),
        )
        planted[place] = patch
        masks[place] = True
    return planted, masks


def share_ranked_higher(maps: NDArray[np.floating], masks: Masks) -> NDArray[np.float64]:
    """Compute how often a pixel of the patch ranks higher than one outside.

    This is the area under the ROC curve of the map as a detector of the patch; ties count half.

    >>> share_ranked_higher(np.array([[[3.0, 1.0, 2.0]]]), np.array([[[True, False, True]]]))
    array([1.])

    Args:
        maps: (n, height, width).
        masks: (n, height, width), true on the patch.

    Returns:
        (n,) in [0, 1]; a random or constant map averages 0.5.
    """
    from scipy.stats import rankdata

    inside = masks.reshape(len(masks), -1)
    count = inside.sum(axis=1)
    outside = inside.shape[1] - count
    if maps.shape != masks.shape or not (count.all() and outside.all()):
        raise ValueError(
            "Expected maps and masks of equal shape, each mask partly true. "
            f"Received: {maps.shape=}, {masks.shape=}"
        )
    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    above = (ranks * inside).sum(axis=1) - count * (count + 1) / 2  # Mann-Whitney U
    return above / (count * outside)


def beats_controls(
    maps: NDArray[np.floating], planted: NDArray[np.floating], masks: Masks, seed: int
) -> Masks:
    """Return for which images a map finds the patch better than a random map and an edge map.

    Args:
        maps: (n, height, width).
        planted: (n, height, width, channels) images with the patch.
        masks: (n, height, width), true on the patch.
        seed: random seed for the random maps.
    """
    controls = (random_maps(planted, seed), edge_maps(planted))
    best = np.max([share_ranked_higher(control, masks) for control in controls], axis=0)
    found: Masks = share_ranked_higher(maps, masks) > best
    return found
