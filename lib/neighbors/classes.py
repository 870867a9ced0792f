"""Neighbours class by class: local examples, local counterexamples, and a scale for each class.

A distance means little by itself, because some classes are denser than others. So each class is
measured on its own scale: the distances among its own samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.neighbors.search import Points, nearest

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LocalPairs:
    """The local example and counterexample of each query.

    Args:
        example: (n,) index of the nearest point with the query's label.
        example_distance: (n,) distance to it.
        counterexample: (n,) index of the nearest point with another label.
        counterexample_distance: (n,) distance to it.
    """

    example: NDArray[np.int64]
    example_distance: NDArray[np.float64]
    counterexample: NDArray[np.int64]
    counterexample_distance: NDArray[np.float64]


def local_pairs(
    points: Points, labels: Labels, queries: Points, query_labels: Labels
) -> LocalPairs:
    """Find the nearest point with each query's label and the nearest with another, in one pass.

    Args:
        points: (n, dimension) float32.
        labels: (n,) labels of the points.
        queries: (n_queries, dimension) float32.
        query_labels: (n_queries,) true labels.

    Raises:
        ValueError: no point has a query's label, or all points have the same label.

    >>> line = np.array([[0], [3], [4], [8]], dtype=np.float32)
    >>> query = np.array([[5]], dtype=np.float32)
    >>> pair = local_pairs(line, np.array([0, 0, 1, 1]), query, np.array([0]))
    >>> pair.example.tolist(), pair.counterexample.tolist()
    ([1], [2])
    """
    classes = np.unique(labels)
    if not np.isin(query_labels, classes).all() or len(classes) < 2:
        raise ValueError(
            "Expected points with each query's label and with another. Received: points labelled "
            f"{classes.tolist()}, queries labelled {np.unique(query_labels).tolist()}"
        )
    position = np.empty((len(queries), len(classes)), dtype=np.int64)
    distance = np.empty((len(queries), len(classes)))
    for column, label in enumerate(classes):
        members = np.flatnonzero(labels == label)
        found = nearest(points[members], queries, k=1)
        position[:, column] = members[found.indices[:, 0]]
        distance[:, column] = found.distances[:, 0]
    rows = np.arange(len(queries))
    own = np.searchsorted(classes, query_labels)
    other = distance.copy()
    other[rows, own] = np.inf
    nearest_other = np.lexsort((position, other), axis=1)[:, 0]
    return LocalPairs(
        example=position[rows, own],
        example_distance=distance[rows, own],
        counterexample=position[rows, nearest_other],
        counterexample_distance=distance[rows, nearest_other],
    )


def own_class_distances(points: Points, labels: Labels) -> NDArray[np.float64]:
    """Measure the distance from each point to the nearest other point of its class.

    Args:
        points: (n, dimension) float32.
        labels: (n,) labels of the points, each occurring at least twice.

    Returns:
        (n,) distances.

    Raises:
        ValueError: a label occurs only once.

    >>> line = np.array([[0], [3], [4], [8]], dtype=np.float32)
    >>> own_class_distances(line, np.array([0, 0, 1, 1])).tolist()
    [3.0, 3.0, 4.0, 4.0]
    """
    distances = np.empty(len(points))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise ValueError(
                f"Expected at least two points per label. Received: one for label={label}"
            )
        found = nearest(points[members], points[members], k=2)
        itself = found.indices == np.arange(len(members))[:, np.newaxis]
        # With more than two equal points, the point itself may not be among the two found.
        distances[members] = np.where(itself[:, 0], found.distances[:, 1], found.distances[:, 0])
    return distances
