"""Folds: every sample in one of them, classes shared out evenly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.data.folds import stratified_folds


@given(
    labels=st.lists(st.integers(0, 4), min_size=6, max_size=60),
    folds=st.integers(2, 6),
    seed=st.integers(0, 9),
)
def test_folds_and_the_classes_in_them_differ_by_one_sample_at_most(
    labels: list[int], folds: int, seed: int
) -> None:
    dealt = stratified_folds(np.array(labels), folds, seed)
    for members in (dealt, *(dealt[np.array(labels) == label] for label in set(labels))):
        counts = np.bincount(members, minlength=folds)
        assert counts.max() - counts.min() <= 1
        assert len(counts) == folds


def test_the_seed_decides_the_folds() -> None:
    labels = np.arange(200) % 10
    once, again, other = (stratified_folds(labels, 5, seed) for seed in (1, 1, 2))
    assert once.tolist() == again.tolist()
    assert once.tolist() != other.tolist()


@pytest.mark.parametrize("folds", [0, 1, 11])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match=rf"\[2, 10\].*Received: {folds=}"):
        stratified_folds(np.zeros(10, np.int64), folds, 1)
