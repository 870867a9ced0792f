"""Classification metrics: overall, per class, and the confusion matrix."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Labels = NDArray[np.integer]


def accuracy(y_true: Labels, y_pred: Labels) -> float:
    """Share of correctly predicted samples.

    >>> accuracy(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    0.75

    Raises:
        ValueError: there are no samples, or the shapes differ.
    """
    _check(y_true, y_pred)
    return float(np.mean(y_true == y_pred))


def confusion_counts(y_true: Labels, y_pred: Labels, classes: int) -> NDArray[np.int64]:
    """Count samples by true and predicted class.

    Args:
        y_true: (n,) labels in [0, classes).
        y_pred: (n,) predicted labels in [0, classes).
        classes: number of classes.

    Returns:
        (classes, classes); rows: true, columns: predicted.

    Raises:
        ValueError: there are no samples, the shapes differ, or a label is out of range.
    """
    from sklearn import metrics

    _check(y_true, y_pred, classes)
    return metrics.confusion_matrix(y_true, y_pred, labels=range(classes))


def macro_f1(y_true: Labels, y_pred: Labels, classes: int) -> float:
    """Mean F1 over classes: the harmonic mean of precision and recall, 0 where both are 0.

    >>> round(macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), classes=2), 4)
    0.7333
    """
    return float(_by_class(y_true, y_pred, classes)["f1"].mean())


def confusion_table(y_true: Labels, y_pred: Labels, class_names: Sequence[str]) -> "pd.DataFrame":
    """Tabulate `confusion_counts`: a column `class`, then one named after each predicted class."""
    import pandas as pd

    counts = confusion_counts(y_true, y_pred, len(class_names))
    table = pd.DataFrame(counts, columns=list(class_names))
    table.insert(0, "class", list(class_names))
    return table


def class_table(y_true: Labels, y_pred: Labels, class_names: Sequence[str]) -> "pd.DataFrame":
    """Tabulate the metrics of each class.

    Returns:
        Columns class, samples, precision, recall, f1; precision and recall are 0 where
        they would be 0 / 0.
    """
    table = _by_class(y_true, y_pred, len(class_names))
    table.insert(0, "class", list(class_names))
    return table


def _by_class(y_true: Labels, y_pred: Labels, classes: int) -> "pd.DataFrame":
    import pandas as pd
    from sklearn import metrics

    _check(y_true, y_pred, classes)
    precision, recall, f1, samples = metrics.precision_recall_fscore_support(
        y_true, y_pred, labels=range(classes), zero_division=0
    )
    return pd.DataFrame({"samples": samples, "precision": precision, "recall": recall, "f1": f1})


def _check(y_true: Labels, y_pred: Labels, classes: int | None = None) -> None:
    if len(y_true) == 0 or y_true.shape != y_pred.shape:
        raise ValueError(
            "Expected at least one sample and one prediction per sample. "
            f"Received: {y_true.shape=}, {y_pred.shape=}"
        )
    lowest, highest = min(y_true.min(), y_pred.min()), max(y_true.max(), y_pred.max())
    if classes is not None and (lowest < 0 or highest >= classes):
        raise ValueError(f"Expected labels in [0, {classes}). Received: [{lowest}, {highest}]")
