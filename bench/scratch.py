"""Neighbours and perceptron of `scratch`, compared with bare matrix products and scikit-learn.

python -m bench.scratch neighbors    # in a separate process, whose memory is measured
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from bench.measure import MEBIBYTE, Figure, median_ratio, paired, run_process
from experiments.scratch.handin import knn, mlp

N_TRAIN, N_TEST, INPUTS, K = 54_000, 6_000, 3_072, 20
BLOCK = 1_000  # test samples of a complete distance matrix
ROUNDS = 3
HIDDEN, CLASSES, EPOCHS = 64, 10, 5


def figures() -> list[Figure]:
    """Measure with all cores, alternating the two sides of each comparison.

    Raises:
        RuntimeError: the measured process failed.
    """
    watched = run_process("-m", "bench.scratch", "neighbors")
    measured = json.loads(watched.output.splitlines()[-1])
    return [
        Figure(
            "scratch: kNN, 6,000 x 54,000 x 3,072: memory",
            watched.peak / MEBIBYTE,
            2048.0,
            "MiB",
            f"{measured['seconds']:.1f} s, its data included",
        ),
        *_neighbors(),
        _epoch(),
    ]


def _levels(n: int, seed: int) -> knn.Floats:
    return np.random.default_rng(seed).integers(0, 256, (n, INPUTS), np.uint8).astype(np.float32)


def _seconds(call: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        started = time.perf_counter()
        call()
        return time.perf_counter() - started

    return timed


def _neighbors() -> list[Figure]:
    """Compare distances with their matrix product alone, and the search with scikit-learn's."""
    from sklearn.neighbors import NearestNeighbors

    train, test = _levels(N_TRAIN, 1), _levels(BLOCK, 2)
    product, distances = paired(
        _seconds(lambda: test @ train.T),
        _seconds(lambda: knn.distance_matrix(test, train)),
        ROUNDS,
    )
    theirs = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(train)
    ours, others = paired(
        _seconds(lambda: knn.nearest_samples(train, test, K)),
        _seconds(lambda: theirs.kneighbors(test)),
        ROUNDS,
    )
    rate = 2e-9 * BLOCK * N_TRAIN * INPUTS / median(product)
    note = f"1,000 x 54,000 x 3,072; the product alone: {rate:.0f} GFLOP/s"
    return [
        # 70 % of the rate is 1 / 0.7 of the time.
        Figure(
            "scratch: distances, over their product's time",
            median_ratio(distances, product),
            1 / 0.7,
            "",
            note,
        ),
        Figure(
            "scratch: neighbours, over scikit-learn's brute force",
            median_ratio(ours, others),
            1.0,
            "",
            f"{median(ours):.1f} s against {median(others):.1f} s",
        ),
    ]


def _epoch() -> Figure:
    """Compare some epochs with their five matrix products each and a final forward pass."""
    data = _levels(N_TRAIN, 3) / np.float32(255)
    labels = np.arange(N_TRAIN) % CLASSES
    w1, b1, w2, b2 = mlp.uniform_weights(INPUTS, HIDDEN, CLASSES, np.float32, 1)
    hidden = np.zeros((N_TRAIN, HIDDEN), np.float32)
    outputs = np.zeros((N_TRAIN, CLASSES), np.float32)

    def products() -> None:
        for _ in range(EPOCHS):
            _ = data @ w1, hidden @ w2
            _ = hidden.T @ outputs, outputs @ w2.T, data.T @ hidden
        _ = data @ w1, hidden @ w2

    ours, bare = paired(
        _seconds(lambda: mlp.train_mlp(w1, b1, w2, b2, data, labels, 0.1, EPOCHS)),
        _seconds(products),
        ROUNDS,
    )
    note = f"{median(ours) / EPOCHS:.2f} s an epoch of 54,000 samples"
    return Figure(
        "scratch: an MLP's epoch, over its products", median_ratio(ours, bare), 1.6, "", note
    )


def neighbors() -> None:
    """Find the neighbours of all test samples, and print the seconds."""
    train, test = _levels(N_TRAIN, 1), _levels(N_TEST, 2)
    taken = _seconds(lambda: knn.nearest_samples(train, test, K))()
    sys.stdout.write(json.dumps({"seconds": taken}) + "\n")


if __name__ == "__main__":
    neighbors()
