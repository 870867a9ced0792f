"""N-fold cross-validation: test each sample once, by a classifier trained on the other folds.

python cross_validation.py    # with CIFAR-10 in data/cifar-10-batches-py: pixels, HOG and LBP

Source: Kohavi, "A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model
Selection" (1995), which assigns samples to folds class by class.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

FOLDS, SAMPLES = 5, 10_000  # for the program below; SAMPLES are drawn from the 60,000 images
NEIGHBORS = range(1, 21)
HIDDEN, CLASSES, LEARNING_RATE, EPOCHS = 64, 10, 0.5, 100
TINY = np.float32(1e-6)  # keeps a constant feature at 0

Labels = npt.NDArray[np.integer]
Scores = TypeVar("Scores")
Evaluate = Callable[[npt.NDArray[Any], Any, npt.NDArray[Any], Any], Scores]


def stratified_folds(labels: Labels, folds: int, seed: int | None = None) -> npt.NDArray[np.int64]:
    """Deal samples out to folds, class by class and in random order.

    Each class continues at the fold where the last one stopped, so that folds differ by at most
    one sample, in total and within each class.

    Args:
        labels: (n,) one per sample.
        folds: number of folds, in [2, n].
        seed: the same seed gives the same folds; without one, each call gives new ones.

    Returns:
        (n,) the fold of each sample, numbered from 0.

    Raises:
        ValueError: there are fewer than two folds, or fewer samples than folds.

    >>> folds = stratified_folds(np.array([0, 0, 0, 0, 1, 1]), folds=2, seed=0)
    >>> sorted(folds[:4].tolist()), sorted(folds[4:].tolist())
    ([0, 0, 1, 1], [0, 1])
    """
    if not 2 <= folds <= len(labels):
        raise ValueError(f"Expected folds in [2, {len(labels)}], the samples. Received: {folds=}")
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    order = shuffled[np.argsort(labels[shuffled], kind="stable")]
    dealt = np.empty(len(labels), dtype=np.int64)
    dealt[order] = np.arange(len(labels)) % folds
    return dealt


def cross_validate(
    evaluate: Evaluate[Scores],
    data: npt.NDArray[Any],
    labels: Labels,
    folds: int,
    seed: int | None = None,
) -> Iterator[Scores]:
    """Hold out each fold in turn, and test on it a classifier trained on the others.

    Args:
        evaluate: takes data_train, labels_train, data_test, labels_test, as `evaluate_knn` and
            `run_mlp_training` do; returns an accuracy, or several.
        data: (n, d) samples.
        labels: (n,) one per sample.
        folds: number of folds, in [2, n].
        seed: seeds the folds.

    Yields:
        The result of `evaluate` for each fold, as soon as it is known.

    Raises:
        ValueError: the lengths differ, or the number of folds is out of range.
    """
    if len(data) != len(labels):
        raise ValueError(f"Expected one label a sample. Received: {len(labels)}, {len(data)}")
    fold_of = stratified_folds(labels, folds, seed)
    for fold in range(folds):
        held_out = fold_of == fold
        yield evaluate(data[~held_out], labels[~held_out], data[held_out], labels[held_out])


def main() -> None:
    """Cross-validate both classifiers on pixels and on descriptors, and print the accuracies."""
    from descriptors import hog_descriptors, lbp_descriptors
    from knn import predict_for_each_k
    from mlp import test_mlp, train_mlp, uniform_weights
    from read_cifar import read_beside

    def neighbors(train: Any, labels_train: Any, test: Any, labels_test: Any) -> Any:
        predicted = predict_for_each_k(train, labels_train, test, NEIGHBORS)
        return np.mean(predicted == labels_test, axis=1)

    def perceptron(train: Any, labels_train: Any, test: Any, labels_test: Any) -> Any:
        # Standardised inputs and smaller initial weights: as specified, hidden units saturate.
        mean, scale = train.mean(axis=0), train.std(axis=0) + TINY
        train, test = (train - mean) / scale, (test - mean) / scale
        w1, b1, w2, b2 = uniform_weights(train.shape[1], HIDDEN, CLASSES, np.float32)
        w1 *= np.float32((3 / len(w1)) ** 0.5)
        w2 *= np.float32((3 / len(w2)) ** 0.5)
        *trained, _ = train_mlp(w1, b1, w2, b2, train, labels_train, LEARNING_RATE, EPOCHS)
        return test_mlp(*trained, test, labels_test)

    data, labels = read_beside(__file__)
    drawn = np.random.default_rng().permutation(len(data))[:SAMPLES]
    data, labels = data[drawn], labels[drawn]
    for name, features in {
        "pixels": data,
        "HOG": hog_descriptors(data),
        "LBP": lbp_descriptors(data),
    }.items():
        by_k = np.array(list(cross_validate(neighbors, features, labels, FOLDS)))
        k = int(by_k.mean(axis=0).argmax())
        by_mlp = np.array(list(cross_validate(perceptron, features, labels, FOLDS)))
        for classifier, found in ((f"kNN, k = {NEIGHBORS[k]}", by_k[:, k]), ("MLP", by_mlp)):
            spread = found.std(ddof=1)
            sys.stdout.write(f"{name:6}  {classifier:11}  {found.mean():.4f} +/- {spread:.4f}\n")


if __name__ == "__main__":
    main()
