"""Choose the number of neighbours by cross-validation, and compute held-out accuracies."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.scratch.features import Features
from experiments.scratch.handin.cross_validation import cross_validate
from experiments.scratch.handin.knn import predict_for_each_k
from lib import metrics, progress
from lib.data.stratified import stratified_sample

Labels = NDArray[np.int64]


def sample(labels: Labels, most: int, seed: int) -> Labels:
    """Draw at most so many samples, each class by its share: positions, ascending."""
    return stratified_sample(labels, min(most, len(labels)), seed)


def accuracies_by_fold(
    features: Features, labels: Labels, *, most_neighbors: int, folds: int, seed: int
) -> NDArray[np.float64]:
    """Hold out each fold in turn, and classify it by its neighbours in the others.

    Args:
        features: (n, length).
        labels: (n,).
        most_neighbors: the largest k.
        folds: how many.
        seed: of the folds.

    Returns:
        (folds, most_neighbors) accuracies; column k - 1 is that of k neighbours.
    """
    ks = range(1, most_neighbors + 1)

    def evaluate(
        train: Features, train_labels: Labels, test: Features, test_labels: Labels
    ) -> NDArray[np.float64]:
        predicted = predict_for_each_k(train, train_labels, test, ks)
        return np.mean(predicted == test_labels, axis=1)

    found = []
    for accuracies in cross_validate(evaluate, features, labels, folds, seed):
        found.append(accuracies)
        progress.trial(len(found), folds, f"fold {len(found)}")
    return np.array(found)


def by_neighbors(accuracies: NDArray[np.float64]) -> pd.DataFrame:
    """Tabulate cross-validation: a row a k, the mean over the folds and their standard deviation.

    >>> by_neighbors(np.array([[0.25, 0.5], [0.75, 0.5]])).to_dict("list")
    {'k': [1, 2], 'val_accuracy': [0.5, 0.5], 'val_accuracy_spread': [0.35..., 0.0]}
    """
    return pd.DataFrame(
        {
            "k": np.arange(1, accuracies.shape[1] + 1),
            "val_accuracy": accuracies.mean(axis=0),
            "val_accuracy_spread": accuracies.std(axis=0, ddof=1),
        }
    )


def best_k(table: pd.DataFrame) -> int:
    """The k of the highest mean accuracy; of equal ones the smallest.

    >>> best_k(by_neighbors(np.array([[0.2, 0.5, 0.5], [0.2, 0.5, 0.5]])))
    2
    """
    return int(table["k"].iloc[int(table["val_accuracy"].argmax())])


def held_out(y_true: Labels, y_pred: Labels, name: str = "") -> dict[str, float]:
    """Accuracy on the test samples with Wilson's interval, as metrics.

    Args:
        y_true: (n,).
        y_pred: (n,).
        name: of what is measured, where there are several: `test_NAME_accuracy`.
    """
    right = int(np.sum(y_true == y_pred))
    interval = metrics.wilson_interval(right, len(y_true))
    key = f"test_{name}_accuracy" if name else "test_accuracy"
    return {key: right / len(y_true), f"{key}_low": interval.low, f"{key}_high": interval.high}
