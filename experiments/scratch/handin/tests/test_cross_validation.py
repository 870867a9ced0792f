"""Every sample is tested once, against the others only; folds split the classes evenly."""

import numpy as np
import pytest
from cross_validation import cross_validate, stratified_folds
from knn import evaluate_knn


@pytest.mark.parametrize("seed", range(20))
def test_folds_and_the_classes_in_them_differ_by_one_sample_at_most(seed: int) -> None:
    generator = np.random.default_rng(seed)
    folds = int(generator.integers(2, 7))
    labels = generator.integers(0, 5, size=int(generator.integers(folds, 60)))
    dealt = stratified_folds(labels, folds, seed)
    for members in (dealt, *(dealt[labels == label] for label in set(labels.tolist()))):
        counts = np.bincount(members, minlength=folds)
        assert len(counts) == folds
        assert counts.max() - counts.min() <= 1


def test_the_seed_decides_the_folds_and_without_one_they_differ() -> None:
    labels = np.arange(200) % 10
    dealt = [stratified_folds(labels, 5, seed).tolist() for seed in (1, 1, 2, None, None)]
    assert dealt[0] == dealt[1]
    assert dealt[0] != dealt[2]
    assert dealt[3] != dealt[4]


@pytest.mark.parametrize("folds", [0, 1, 11])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match=rf"\[2, 10\].*Received: {folds=}"):
        stratified_folds(np.zeros(10, np.int64), folds)


def test_each_sample_is_judged_once_by_all_the_others_folds() -> None:
    data, labels = np.arange(23)[:, np.newaxis], np.arange(23) % 3
    judged = []

    def evaluate(
        train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray
    ) -> float:
        assert sorted([*train[:, 0], *test[:, 0]]) == data[:, 0].tolist()
        assert train_labels.tolist() == (train[:, 0] % 3).tolist()
        assert test_labels.tolist() == (test[:, 0] % 3).tolist()
        judged.extend(test[:, 0].tolist())
        return len(test) / 100

    scores = list(cross_validate(evaluate, data, labels, folds=4, seed=1))
    assert sorted(judged) == data[:, 0].tolist()
    assert sum(np.ravel(scores)) == pytest.approx(0.23)


def test_neighbours_are_cross_validated() -> None:
    labels = np.arange(40) // 20
    data = np.random.default_rng(0).random((40, 2)) + 100 * labels[:, np.newaxis]

    def evaluate(*parts: np.ndarray) -> float:
        return evaluate_knn(*parts, k=3)

    assert list(cross_validate(evaluate, data, labels, folds=5)) == [1.0] * 5


def test_data_and_labels_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected one label a sample"):
        list(cross_validate(lambda *_: 0.0, np.zeros((4, 1)), np.zeros(3, np.int64), folds=2))
