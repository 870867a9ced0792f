"""Samples keep the classes' shares as exactly as whole numbers can."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.data.stratified import class_quotas, hold_out, sample_each_class, stratified_sample

label_lists = st.lists(st.integers(0, 5), min_size=1, max_size=60)


@given(label_lists, st.data())
def test_quotas_fill_all_places_and_stay_within_one_of_the_exact_share(
    labels: list[int], data: st.DataObject
) -> None:
    counts = np.bincount(labels)
    n = data.draw(st.integers(0, len(labels)))
    quotas = class_quotas(counts, n)
    assert quotas.sum() == n
    assert (quotas <= counts).all()
    assert (np.abs(quotas - n * counts / len(labels)) < 1).all()


@given(label_lists, st.data(), st.integers(0, 2**32))
def test_a_sample_is_drawn_without_replacement_in_the_published_order(
    labels: list[int], data: st.DataObject, seed: int
) -> None:
    n = data.draw(st.integers(0, len(labels)))
    sample = stratified_sample(np.array(labels), n, seed)
    assert len(sample) == n
    assert (np.diff(sample) > 0).all()
    assert set(sample) <= set(range(len(labels)))


def test_balanced_classes_stay_balanced() -> None:
    labels = np.tile(np.arange(10), 60)
    sample = stratified_sample(labels, 100, seed=5)
    assert np.bincount(labels[sample]).tolist() == [10] * 10


def test_rare_classes_keep_their_share() -> None:
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    sample = stratified_sample(labels, 100, seed=5)
    assert np.bincount(labels[sample]).tolist() == [90, 9, 1]


def test_a_sample_is_decided_by_its_seed_alone() -> None:
    labels = np.tile(np.arange(2), 500)
    once, again, other = (stratified_sample(labels, 100, seed) for seed in (1, 1, 2))
    assert once.tolist() == again.tolist()
    # 1 chance in 1e130 that another seed draws the same 100 of 1,000
    assert once.tolist() != other.tolist()


@pytest.mark.parametrize("n", [-1, 4])
def test_more_samples_than_there_are_cannot_be_drawn(n: int) -> None:
    with pytest.raises(ValueError, match=rf"Expected n in \[0, 3\]\. Received: n={n}"):
        stratified_sample(np.array([0, 1, 2]), n, seed=0)


def test_what_is_held_out_is_the_stratified_sample() -> None:
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    marked = hold_out(labels, 12, seed=4)
    assert np.flatnonzero(marked).tolist() == stratified_sample(labels, 12, seed=4).tolist()
    assert np.bincount(labels[marked]).tolist() == [2, 4, 6]


def test_as_many_different_samples_of_each_class_are_drawn_whatever_its_share() -> None:
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [5, 50, 200]))
    drawn = sample_each_class(labels, 3, 5, seed=1)
    assert labels[drawn].tolist() == [[0] * 5, [1] * 5, [2] * 5]
    assert len(np.unique(drawn)) == 15
    assert drawn.tolist() == sample_each_class(labels, 3, 5, seed=1).tolist()
    assert drawn.tolist() != sample_each_class(labels, 3, 5, seed=2).tolist()


def test_a_class_with_too_few_samples_is_named() -> None:
    with pytest.raises(ValueError, match=r"Expected 3 samples of class 1\. Received: 2"):
        sample_each_class(np.array([0, 0, 0, 1, 1]), 2, 3, seed=0)
