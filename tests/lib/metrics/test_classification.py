"""Measures of a classifier, against scikit-learn and by what must not change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from sklearn import metrics as reference

from lib.metrics import accuracy, class_table, confusion_table, macro_f1
from lib.metrics.classification import confusion_counts

CLASSES = 4
NAMES = ("ant", "bee", "cat", "dog")
Labels = NDArray[np.int64]

labels = arrays.arrays(np.int64, st.shared(st.integers(1, 30)), elements=st.integers(0, 3))


@given(labels, labels)
def test_measures_agree_with_scikit_learn(y_true: Labels, y_pred: Labels) -> None:
    every = list(range(CLASSES))
    assert accuracy(y_true, y_pred) == pytest.approx(reference.accuracy_score(y_true, y_pred))
    np.testing.assert_array_equal(
        confusion_counts(y_true, y_pred, CLASSES),
        reference.confusion_matrix(y_true, y_pred, labels=every),
    )
    precision, recall, f1, samples = reference.precision_recall_fscore_support(
        y_true, y_pred, labels=every, zero_division=0
    )
    table = class_table(y_true, y_pred, NAMES)
    np.testing.assert_allclose(table["precision"], precision)
    np.testing.assert_allclose(table["recall"], recall)
    np.testing.assert_allclose(table["f1"], f1)
    np.testing.assert_array_equal(table["samples"], samples)
    assert macro_f1(y_true, y_pred, CLASSES) == pytest.approx(np.mean(f1))


@given(labels, labels, st.integers(0, 2**32 - 1))
def test_measures_ignore_the_order_of_the_samples(
    y_true: Labels, y_pred: Labels, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(y_true))
    pd.testing.assert_frame_equal(
        class_table(y_true[order], y_pred[order], NAMES), class_table(y_true, y_pred, NAMES)
    )


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
    with pytest.raises(ValueError, match="Expected one prediction a sample"):
        accuracy(np.array(y_true, int), np.array(y_pred, int))


def test_a_label_without_a_class_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected labels in \[0, 3\)\. Received: \[0, 3\]"):
        confusion_counts(np.array([0, 3]), np.array([0, 1]), 3)
