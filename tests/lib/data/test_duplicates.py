"""Planted copies are found, in whatever parts, and nothing else is."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from contract.names import DataSource
from lib.data import Split
from lib.data.duplicates import count_pairs, exact_duplicates, near_duplicates
from tests.lib.data.splits import split_of

LOCATION = ["first_part", "first_index", "second_part", "second_index", "same_label"]


def test_a_copy_is_paired_with_its_first_occurrence() -> None:
    split = split_of([(5, 0), (9, 1), (5, 0)], [(5, 1), (7, 2)], [(7, 2), (5, 0), (1, 1)])
    pairs = exact_duplicates(split)
    assert pairs[LOCATION].to_numpy().tolist() == [
        ["train", 0, "train", 2, True],
        ["train", 0, "val", 0, False],
        ["val", 1, "test", 0, True],
        ["train", 0, "test", 1, True],
    ]
    assert pairs["difference"].tolist() == [0, 0, 0, 0]


def test_positions_are_right_where_a_part_is_empty() -> None:
    split = split_of([(5, 0), (9, 1)], [], [(3, 0), (9, 1)])
    assert exact_duplicates(split)[LOCATION].to_numpy().tolist() == [["train", 1, "test", 1, True]]


def test_pairs_are_counted_by_parts_and_by_disagreement() -> None:
    split = split_of([(5, 0), (9, 1), (5, 0)], [(5, 1), (7, 2)], [(7, 2), (5, 0), (1, 1)])
    assert count_pairs(exact_duplicates(split)).to_numpy().tolist() == [
        ["train", "train", 1, 0],
        ["train", "val", 1, 1],
        ["train", "test", 1, 0],
        ["val", "val", 0, 0],
        ["val", "test", 1, 0],
        ["test", "test", 0, 0],
    ]


def test_a_split_without_copies_has_no_pairs() -> None:
    split = split_of([(5, 0), (90, 1)], [(180, 2)])
    for pairs in (exact_duplicates(split), near_duplicates(split)):
        assert len(pairs) == 0
        assert count_pairs(pairs)[["pairs", "label_disagreements"]].to_numpy().sum() == 0


def test_near_copies_are_ranked_by_their_difference_and_exact_ones_left_out() -> None:
    split = split_of([(100, 0), (104, 0), (100, 0)], [(150, 1)], [(103, 1), (151, 1), (109, 1)])
    pairs = near_duplicates(split, tolerance=4)
    assert pairs[LOCATION].to_numpy().tolist() == [
        ["train", 1, "test", 0, False],
        ["val", 0, "test", 1, True],
        ["train", 0, "test", 0, False],
        ["train", 0, "train", 1, True],
    ]
    assert pairs["difference"].tolist() == pytest.approx([1, 1, 3, 4])


def test_difference_is_the_root_mean_square_of_the_grey_levels() -> None:
    split = dataclasses.replace(
        split_of([(0, 0), (0, 0)]),
        x_train=np.array([[[10, 10], [10, 10]], [[10, 12], [14, 16]]], dtype=np.uint8),
    )
    expected = np.sqrt((0 + 4 + 16 + 36) / 4)
    assert near_duplicates(split, 4)["difference"].tolist() == pytest.approx([expected])
    assert len(near_duplicates(split, expected - 0.01)) == 0


@given(
    hnp.arrays(
        np.uint8,
        st.tuples(
            st.integers(1, 12), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3])
        ),
        elements=st.integers(100, 106),
    ),
    st.sampled_from([0.5, 1.0, 2.0, 3.0]),
)
def test_no_near_copy_is_missed(images: np.ndarray, tolerance: float) -> None:
    """Blocks of pixels are only a sieve: the pairs are those of a comparison of all with all."""
    images = np.unique(images, axis=0)
    split = Split(
        x_train=images,
        y_train=np.zeros(len(images), dtype=np.int64),
        x_val=images[:0],
        y_val=np.zeros(0, dtype=np.int64),
        x_test=images[:0],
        y_test=np.zeros(0, dtype=np.int64),
        class_names=("a",),
        name="copies",
        source=DataSource.STAND_IN,
    )
    flat = images.reshape(len(images), -1).astype(np.int64)
    squares = ((flat[:, None] - flat[None]) ** 2).sum(axis=2)
    first, second = np.nonzero(np.triu(squares <= tolerance**2 * flat.shape[1], k=1))
    pairs = near_duplicates(split, tolerance)
    found = zip(pairs["first_index"].tolist(), pairs["second_index"].tolist(), strict=True)
    assert set(found) == set(zip(first.tolist(), second.tolist(), strict=True))
