"""Find classes that look alike before any training, by their images' nearest neighbours.

The measure is the leave-one-out confusion matrix of a nearest-neighbour classifier, by Euclidean
distance of pixels. It has no parameter but the sample, and its error shows how hard the set is:
with enough samples it is less than twice the Bayes error.

Source: Cover and Hart, "Nearest Neighbor Pattern Classification" (1967), equation 33.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lib.data.stratified import stratified_sample

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 1_000  # images whose distances to all others are in memory at a time


def nearest_neighbors(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Find the nearest other image of each image; in case of a tie, the first.

    Grey levels are integers, and float64 holds sums of their products exactly. So the result does
    not depend on the machine or the number of threads, as it would with float32.

    Args:
        images: (n, height, width[, channels]) uint8, n >= 2; 5,000 of 28 x 28 take 2 s.

    Returns:
        (n,) indices.

    Raises:
        ValueError: if there are fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(f"Expected at least 2 images. Received: {len(images)}")
    points = images.reshape(len(images), -1).astype(np.float64)
    squares = np.square(points).sum(axis=1)
    nearest = np.empty(len(points), dtype=np.int64)
    for start in range(0, len(points), CHUNK):
        chunk = points[start : start + CHUNK]
        # |a - b|^2 = |a|^2 - 2 a.b + |b|^2; |a|^2 is constant along a row
        distances = squares - 2 * (chunk @ points.T)
        rows = np.arange(len(chunk))
        distances[rows, start + rows] = np.inf
        nearest[start : start + CHUNK] = distances.argmin(axis=1)
    return nearest


def neighbor_confusion(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    class_names: tuple[str, ...],
    *,
    n: int,
    seed: int,
) -> "pd.DataFrame":
    """Count, in a sample, the images of each class by the class of their nearest neighbour.

    Args:
        images: (n_images, height, width[, channels]) uint8.
        labels: (n_images,) class numbers.
        class_names: one name per class.
        n: images to draw, stratified by class; all if there are fewer.
        seed: the same seed draws the same sample.

    Returns:
        A column `class`, then one per class, named after it; one row of counts per class.
    """
    import pandas as pd

    sample = stratified_sample(labels, min(n, len(labels)), seed)
    neighbors = sample[nearest_neighbors(images[sample])]
    counts = np.zeros((len(class_names), len(class_names)), dtype=np.int64)
    np.add.at(counts, (labels[sample], labels[neighbors]), 1)
    table = pd.DataFrame(counts, columns=list(class_names))
    table.insert(0, "class", class_names)
    return table


def neighbor_error(confusion: "pd.DataFrame") -> float:
    """Share of images whose nearest neighbour is of another class, from `neighbor_confusion`."""
    counts = confusion.drop(columns="class").to_numpy()
    return float(1 - np.trace(counts) / counts.sum())


def most_alike(confusion: "pd.DataFrame") -> "pd.DataFrame":
    """Rank pairs of classes by how often an image of one is nearest to an image of the other.

    Args:
        confusion: from `neighbor_confusion`.

    Returns:
        Columns first, second (names), images (that are nearest to the other class), share (of the
        images of both); one row per pair of classes, most alike first.
    """
    import pandas as pd

    counts = confusion.drop(columns="class").to_numpy()
    names = confusion["class"].to_numpy()
    first, second = np.triu_indices(len(names), k=1)
    crossing = counts[first, second] + counts[second, first]
    size = counts.sum(axis=1)
    pairs = pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "images": crossing,
            "share": crossing / np.maximum(size[first] + size[second], 1),
        }
    )
    return pairs.sort_values("share", ascending=False, kind="stable", ignore_index=True)
