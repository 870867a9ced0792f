"""Exact and near duplicates in a `Split`, within a part or between two.

A copy shared by training and test sets lets a model answer from memory; copies with different
labels cannot both be learnt.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lib.data.split import PARTS, Split

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 4.0  # RMS difference, grey levels, up to which Fashion-MNIST images look the same
COARSE, FINE = 3, 7  # blocks per side to sum pixels over: 3 for a fast tree, 7 for a tight filter
CHUNK = 50_000  # pairs of images compared at a time: 0.3 GB at 28 x 28


def first_occurrences(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Find the first occurrence of each image, possibly itself.

    Args:
        images: (n, ...) uint8.

    Returns:
        (n,) indices. An image whose index is not its own is a duplicate, to be removed before the
        set is split.

    >>> first_occurrences(np.array([[[7]], [[8]], [[7]]], dtype=np.uint8)).tolist()
    [0, 1, 0]
    """
    seen: dict[bytes, int] = {}
    return np.array(
        [seen.setdefault(image.tobytes(), index) for index, image in enumerate(images)],
        dtype=np.int64,
    )


def exact_duplicates(split: Split) -> "pd.DataFrame":
    """Pair each repeated image with its first occurrence.

    Parts are searched in the order train, val, test, so a test image that is also in the training
    set is paired with the training image.

    Returns:
        Columns first_part, first_index, second_part, second_index (positions within the parts),
        same_label, difference (0); one row per repeated image.
    """
    images, labels = _all_samples(split)
    first = first_occurrences(images)
    second = np.flatnonzero(first != np.arange(len(first)))
    return _pair_table(split, labels, first[second], second, np.zeros(len(second)))


def near_duplicates(split: Split, tolerance: float = TOLERANCE) -> "pd.DataFrame":
    """Find pairs of images that differ by at most a tolerance, but are not equal.

    No pair is missed: sums over blocks of pixels, divided by the square root of the block's size,
    are an orthogonal projection, so images are at least as far apart as their sums. A k-d tree
    finds pairs whose coarse sums are close, finer sums filter them, and the pixels decide. 70,000
    images of 28 x 28 take about 2 s, but far longer with tolerances far above the default.

    Args:
        split: the data set; exact copies count once.
        tolerance: root mean square difference between two images, grey levels (0-255).

    Returns:
        As `exact_duplicates`, `difference` in grey levels; one row per pair, closest first.
    """
    from scipy.spatial import cKDTree  # takes 0.2 s, which the other tables do not need

    images, labels = _all_samples(split)
    distinct = np.flatnonzero(first_occurrences(images) == np.arange(len(images)))
    values = images[distinct].reshape(len(distinct), *images.shape[1:3], -1)
    radius = tolerance * np.sqrt(values[0].size) if len(values) else 0.0
    # Rounding of the sums must not lose a pair; the pixels, which are integers, decide anyway.
    slack = radius * (1 + 1e-9)
    pairs = cKDTree(_block_sums(values, COARSE)).query_pairs(slack, output_type="ndarray")
    fine = _block_sums(values, FINE)
    pairs = pairs[_distances(fine, pairs) <= slack]
    distances = _distances(values.reshape(len(values), -1), pairs)
    pairs, distances = pairs[distances <= radius], distances[distances <= radius]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], distances))
    first, second = distinct[pairs[order]].T
    return _pair_table(split, labels, first, second, distances[order] / np.sqrt(values[0].size))


def count_pairs(pairs: "pd.DataFrame") -> "pd.DataFrame":
    """Count duplicate pairs within each part and between each two parts.

    Args:
        pairs: from `exact_duplicates` or `near_duplicates`.

    Returns:
        Columns first_part, second_part, pairs, label_disagreements; six rows, zeros included.
    """
    import pandas as pd

    rows = []
    for position, first in enumerate(PARTS):
        for second in PARTS[position:]:
            joined = pairs[(pairs["first_part"] == first) & (pairs["second_part"] == second)]
            disagreements = int((~joined["same_label"].astype(bool)).sum())
            rows.append((first, second, len(joined), disagreements))
    return pd.DataFrame(rows, columns=["first_part", "second_part", "pairs", "label_disagreements"])


def _all_samples(split: Split) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    parts = list(split.parts())
    return np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def _block_sums(values: npt.NDArray[np.uint8], blocks: int) -> npt.NDArray[np.float64]:
    """Project (n, height, width, channels) onto blocks x blocks x channels orthonormal axes."""
    height, width = values.shape[1:3]
    rows = np.unique(np.arange(blocks) * height // blocks)
    columns = np.unique(np.arange(blocks) * width // blocks)
    sums = np.add.reduceat(values, rows, axis=1, dtype=np.float64)
    sums = np.add.reduceat(sums, columns, axis=2)
    area = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))
    return (sums / np.sqrt(area)[:, :, np.newaxis]).reshape(len(values), -1)


def _distances(
    points: npt.NDArray[np.uint8] | npt.NDArray[np.float64], pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Euclidean distance of each pair of rows, computed in chunks."""
    squares = [
        np.square(np.subtract(points[first], points[second], dtype=np.float64)).sum(axis=1)
        for first, second in _chunks(pairs)
    ]
    return np.sqrt(np.concatenate(squares)) if squares else np.empty(0)


def _chunks(pairs: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(pairs), CHUNK):
        yield pairs[start : start + CHUNK].T


def _pair_table(
    split: Split,
    labels: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    differences: npt.NDArray[np.float64],
) -> "pd.DataFrame":
    import pandas as pd

    starts = np.cumsum([0, len(split.y_train), len(split.y_val)])
    # An empty part starts where the next one does: `right` skips it.
    first_part = np.searchsorted(starts, first, side="right") - 1
    second_part = np.searchsorted(starts, second, side="right") - 1
    names = np.array(PARTS, dtype=object)
    return pd.DataFrame(
        {
            "first_part": names[first_part],
            "first_index": first - starts[first_part],
            "second_part": names[second_part],
            "second_index": second - starts[second_part],
            "same_label": labels[first] == labels[second],
            "difference": differences,
        }
    )
