"""Measures of a classifier, worked out by hand and by what must not change them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lib.metrics import accuracy, class_table, confusion_table, macro_f1
from lib.metrics.classification import confusion_counts

CLASSES = 4
NAMES = ("ant", "bee", "cat", "dog")
Labels = NDArray[np.int64]

labels = arrays.arrays(np.int64, st.shared(st.integers(1, 30)), elements=st.integers(0, 3))


def test_measures_worked_out_by_hand() -> None:
    # Three ants: two right, one taken for a bee; one bee taken for a cat; a dog never predicted.
    y_true, y_pred = np.array([0, 0, 0, 1, 2, 3]), np.array([0, 0, 1, 2, 2, 2])
    table = class_table(y_true, y_pred, NAMES)
    assert table["samples"].tolist() == [3, 1, 1, 1]
    assert table["precision"].tolist() == pytest.approx([1, 0, 1 / 3, 0])
    assert table["recall"].tolist() == pytest.approx([2 / 3, 0, 1, 0])
    assert table["f1"].tolist() == pytest.approx([4 / 5, 0, 1 / 2, 0])
    assert macro_f1(y_true, y_pred, CLASSES) == pytest.approx((4 / 5 + 1 / 2) / 4)
    assert accuracy(y_true, y_pred) == 3 / 6


def test_a_class_without_samples_or_predictions_counts_as_zero() -> None:
    table = class_table(np.array([0]), np.array([0]), ("ant", "bee")).set_index("class")
    assert table.loc[["bee"]].to_numpy().tolist() == [[0, 0, 0, 0]]
    assert macro_f1(np.array([0]), np.array([0]), classes=2) == 0.5


@settings(max_examples=40)
@given(labels, labels, st.integers(0, 2**32 - 1))
def test_measures_ignore_the_order_of_the_samples(
    y_true: Labels, y_pred: Labels, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(y_true))
    pd.testing.assert_frame_equal(
        class_table(y_true[order], y_pred[order], NAMES), class_table(y_true, y_pred, NAMES)
    )


@settings(max_examples=40)
@given(labels, labels)
def test_renaming_the_classes_renames_the_rows_alone(y_true: Labels, y_pred: Labels) -> None:
    renamed = np.array([2, 0, 3, 1])
    before = class_table(y_true, y_pred, NAMES).set_index("class")
    after = class_table(renamed[y_true], renamed[y_pred], ("bee", "dog", "ant", "cat"))
    pd.testing.assert_frame_equal(after.set_index("class").loc[list(NAMES)], before)


def test_recall_weighted_by_class_is_accuracy() -> None:
    generator = np.random.default_rng(0)
    y_true, y_pred = generator.integers(0, CLASSES, (2, 500))
    table = class_table(y_true, y_pred, NAMES)
    weighted = np.average(table["recall"], weights=table["samples"])
    assert weighted == pytest.approx(accuracy(y_true, y_pred))


def test_a_confusion_table_has_a_row_a_class_and_a_column_a_prediction() -> None:
    table = confusion_table(np.array([0, 0, 1]), np.array([1, 0, 1]), ("ant", "bee"))
    expected = pd.DataFrame({"class": ["ant", "bee"], "ant": [1, 0], "bee": [1, 1]})
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize(("y_true", "y_pred"), [([], []), ([0, 1], [0])])
def test_samples_without_predictions_are_refused(y_true: list[int], y_pred: list[int]) -> None:
    with pytest.raises(ValueError, match="Expected at least one sample and one prediction"):
        accuracy(np.array(y_true, int), np.array(y_pred, int))


@pytest.mark.parametrize("measure", [confusion_counts, macro_f1])
def test_a_label_without_a_class_is_refused(measure: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match=r"Expected labels in \[0, 3\)\. Received: \[0, 3\]"):
        measure(np.array([0, 3]), np.array([0, 1]), 3)
