"""Classify by the k nearest training samples, with matrix operations only.

python knn.py    # with CIFAR-10 in data/cifar-10-batches-py: writes results/knn.png
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 48 << 20  # distances held at once: 192 MiB of float32
NEIGHBORS = range(1, 21)  # k in results/knn.png
TOLERANCE = 1e-3  # relative error of a distance
DIFFERENCES = 4 << 20  # differences of nearly equal rows held at once: 32 MiB
RESULTS = Path(__file__).resolve().parent / "results"

Floats = npt.NDArray[np.floating]
Labels = npt.NDArray[np.integer]


def distance_matrix(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Floats:
    """Compute the Euclidean distance from each row of one matrix to each row of another.

    |x - y|² = |x|² + |y|² - 2 xy costs one matrix product. Where two rows are close, the terms
    cancel and leave mostly rounding errors: such distances are computed again in float64, and
    those of nearly equal rows from their differences, so that equal rows are 0 apart.

    Args:
        a: (n, d) numbers.
        b: (m, d) numbers.

    Returns:
        (n, m) float32 (float64 if either matrix is), 0 or more, each accurate to 0.1 %.

    Raises:
        ValueError: the shapes do not match, or a number is not finite.

    >>> distance_matrix(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0]])).tolist()
    [[5.0], [0.0]]
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(
            f"Expected two matrices of as many columns. Received: {a.shape=}, {b.shape=}"
        )
    dtype = np.result_type(a, b, np.float32)
    first, second = a.astype(dtype, copy=False), b.astype(dtype, copy=False)
    return _distances(first, second, _squares("a", first), _squares("b", second))


def knn_predict(dists: Floats, labels_train: Labels, k: int) -> npt.NDArray[np.int64]:
    """Predict the most common label among the k nearest training samples.

    Of equally near samples the first counts, of equally common labels the smallest.

    Args:
        dists: (n_train, n_test) distances between training and test samples, or (n_test, n_train):
            the training samples are along the axis that is as long as `labels_train`, the first
            if both are.
        labels_train: (n_train,) labels.
        k: number of neighbours, in [1, n_train].

    Returns:
        (n_test,) labels.

    Raises:
        ValueError: `k` is out of range, or labels and distances do not match.

    >>> knn_predict(np.array([[1.0], [2.0], [3.0]]), np.array([4, 5, 5]), k=3).tolist()
    [5]
    """
    _check_labels("labels_train", labels_train)
    _check_k(k, len(labels_train))
    if dists.ndim != 2 or len(labels_train) not in dists.shape:
        raise ValueError(
            "Expected distances with a row (or a column) for each training label. "
            f"Received: {dists.shape=}, {len(labels_train)=}"
        )
    per_test = dists.T if len(labels_train) == dists.shape[0] else dists
    neighbors = labels_train[nearest(per_test, k)]
    return _commonest(neighbors, [k])[0]


def evaluate_knn(
    data_train: npt.NDArray[Any],
    labels_train: Labels,
    data_test: npt.NDArray[Any],
    labels_test: Labels,
    k: int,
) -> float:
    """Measure the share of correctly predicted test samples.

    Args:
        data_train: (n_train, d) numbers.
        labels_train: (n_train,) labels.
        data_test: (n_test, d) numbers.
        labels_test: (n_test,) labels.
        k: number of neighbours, in [1, n_train].

    Returns:
        Accuracy in [0, 1].

    Raises:
        ValueError: shapes or labels do not match, or `k` is out of range.
    """
    _check_labels("labels_test", labels_test, data_test)
    predicted = predict_for_each_k(data_train, labels_train, data_test, [k])[0]
    return float(np.mean(predicted == labels_test))


def predict_for_each_k(
    data_train: npt.NDArray[Any],
    labels_train: Labels,
    data_test: npt.NDArray[Any],
    ks: Sequence[int],
) -> npt.NDArray[np.int64]:
    """Predict with several numbers of neighbours, searching for them once.

    Test samples are taken in blocks, so that memory holds `BLOCK` distances and no more.

    Args:
        data_train: (n_train, d) numbers.
        labels_train: (n_train,) labels.
        data_test: (n_test, d) numbers.
        ks: numbers of neighbours, each in [1, n_train].

    Returns:
        (len(ks), n_test) labels.

    Raises:
        ValueError: shapes or labels do not match, or a `k` is out of range.
    """
    _check_labels("labels_train", labels_train, data_train)
    for k in ks:
        _check_k(k, len(labels_train))
    neighbors = labels_train[nearest_samples(data_train, data_test, max(ks))]
    return _commonest(neighbors, ks)


def nearest_samples(
    data_train: npt.NDArray[Any], data_test: npt.NDArray[Any], k: int
) -> npt.NDArray[np.int64]:
    """Find the k nearest training samples of each test sample, the nearest first.

    Args:
        data_train: (n_train, d) numbers.
        data_test: (n_test, d) numbers.
        k: number of neighbours, in [1, n_train].

    Returns:
        (n_test, k) positions in `data_train`.

    Raises:
        ValueError: the shapes do not match, there is no test sample, or a number is not finite.
    """
    if data_train.ndim != 2 or data_test.ndim != 2 or data_train.shape[1] != data_test.shape[1]:
        raise ValueError(
            f"Expected as many columns in both. Received: {data_train.shape=}, {data_test.shape=}"
        )
    if not len(data_test):
        raise ValueError("Expected at least one test sample. Received: none")
    dtype = np.result_type(data_train, data_test, np.float32)
    train = data_train.astype(dtype, copy=False)
    squares = _squares("data_train", train)
    rows = max(1, BLOCK // len(train))
    found = []
    for start in range(0, len(data_test), rows):
        block = data_test[start : start + rows].astype(dtype, copy=False)
        found.append(nearest(_distances(block, train, _squares("data_test", block), squares), k))
    return np.concatenate(found)


def nearest(dists: Floats, k: int) -> npt.NDArray[np.int64]:
    """Find the k smallest values of each row, in ascending order; of equal values the first.

    Args:
        dists: (n, m) values.
        k: number of values, in [1, m].

    Returns:
        (n, k) column indices.

    >>> nearest(np.array([[3.0, 1.0, 2.0, 1.0]]), k=3).tolist()
    [[1, 3, 2]]
    """
    # NumPy partitions whole rows of values many times faster than it sorts their positions.
    farthest = np.partition(dists, k - 1, axis=1)[:, k - 1 : k]
    rows, columns = np.nonzero(dists <= farthest)  # k of each row, and ties with the farthest
    order = np.lexsort((columns, dists[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    starts = np.searchsorted(rows, np.arange(len(dists)))
    return columns[starts[:, np.newaxis] + np.arange(k)]


def plot_accuracies(ks: Sequence[int], accuracies: Sequence[float], n: int, path: Path) -> None:
    """Draw accuracy over k, and save it as a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(ks, accuracies, marker="o")
    axes.set_xlabel("number of neighbours k")
    axes.set_ylabel(f"accuracy on {n:,} test samples")
    axes.set_xticks(ks)
    axes.grid(alpha=0.3)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Evaluate k from 1 to 20 on a tenth of CIFAR-10, and draw the accuracies."""
    from read_cifar import read_beside, split_dataset  # found beside this file when it is run

    data, labels = read_beside(__file__)
    data_train, labels_train, data_test, labels_test = split_dataset(data, labels, 0.9)
    predicted = predict_for_each_k(data_train, labels_train, data_test, NEIGHBORS)
    accuracies = np.mean(predicted == labels_test, axis=1).tolist()
    for k, accuracy in zip(NEIGHBORS, accuracies, strict=True):
        sys.stdout.write(f"k = {k:2}: accuracy {accuracy:.4f}\n")
    plot_accuracies(NEIGHBORS, accuracies, len(labels_test), RESULTS / "knn.png")


def _squares(name: str, points: Floats) -> Floats:
    """Compute each row's squared length."""
    squares = np.einsum("ij,ij->i", points, points)
    if not np.isfinite(squares).all():
        raise ValueError(f"Expected finite numbers. Received: {name} with others, or too large")
    return squares


def _distances(a: Floats, b: Floats, squares_a: Floats, squares_b: Floats) -> Floats:
    squared = a @ b.T
    if not squared.size:
        return squared
    squared *= -2
    squared += squares_b
    squared += squares_a[:, np.newaxis]
    # Rounding errors of a sum of d products grow like the root of d (Higham and Mary, "A new
    # approach to probabilistic rounding error analysis", 2019); 4 leaves room for unlucky rows.
    rounding = 4 * math.sqrt(a.shape[1]) * np.finfo(squared.dtype).eps
    limit = rounding / (2 * TOLERANCE)  # share of |x|² + |y|² below which a square is inexact
    rows = np.flatnonzero(squared.min(axis=1) <= limit * (squares_a + squares_b.max()))
    unsure = squared[rows] <= limit * np.add.outer(squares_a[rows], squares_b)
    rows, columns = rows[unsure.any(axis=1)], np.flatnonzero(unsure.any(axis=0))
    again = np.ix_(rows, columns)
    squared[again] = 0  # sums that cancelled may be negative
    dists = np.sqrt(squared, out=squared)
    if len(rows):  # after the root: squares of tiny distances are 0 in float32
        dists[again] = np.sqrt(_squared_in_double(a[rows], b[columns]))
    return dists


def _squared_in_double(a: Floats, b: Floats) -> npt.NDArray[np.float64]:
    """Compute squared distances in float64, from a product of centred rows or from differences.

    Centring removes what all rows share, which is most of their length if they are far from 0.
    """
    centre = b.mean(axis=0, dtype=np.float64)
    first, second = a - centre, b - centre
    squares = np.add.outer(_squares("a", first), _squares("b", second))
    squared = squares - 2 * (first @ second.T)
    limit = 4 * math.sqrt(a.shape[1]) * np.finfo(np.float64).eps / (2 * TOLERANCE)
    rows, columns = np.nonzero(squared <= limit * squares)
    # Pairs of nearly equal rows, which are few; the loop bounds the memory that they take.
    pairs = max(1, DIFFERENCES // a.shape[1])
    for start in range(0, len(rows), pairs):
        row, column = rows[start : start + pairs], columns[start : start + pairs]
        apart = np.subtract(a[row], b[column], dtype=np.float64)
        squared[row, column] = np.einsum("ij,ij->i", apart, apart)
    return squared


def _commonest(neighbors: Labels, ks: Sequence[int]) -> npt.NDArray[np.int64]:
    """Find the most common of each row's first k labels, for each k; of ties the smallest."""
    names, numbers = np.unique(neighbors, return_inverse=True)
    votes = numbers.reshape(neighbors.shape)[..., np.newaxis] == np.arange(len(names))
    counts = np.cumsum(votes, axis=1, dtype=np.int32)  # (n, k, classes)
    return names[np.stack([counts[:, k - 1].argmax(axis=1) for k in ks])].astype(np.int64)


def _check_k(k: int, n_train: int) -> None:
    if not np.issubdtype(type(k), np.integer) or not 1 <= k <= n_train:
        raise ValueError(f"Expected a whole k in [1, {n_train}], the training set. Received: {k=}")


def _check_labels(name: str, labels: Labels, data: npt.NDArray[Any] | None = None) -> None:
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        raise ValueError(
            f"Expected a vector of integers as {name}. "
            f"Received: {name} of dtype={labels.dtype}, shape={labels.shape}"
        )
    if data is not None and len(labels) != len(data):
        raise ValueError(
            f"Expected one label a sample. Received: {len(labels)} {name}, {len(data)} samples"
        )


if __name__ == "__main__":
    main()
