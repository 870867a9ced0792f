"""What a classifier's mistakes have in common: by class, and compared with what it gets right."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]


def by_class(y_true: Labels, y_pred: Labels, class_names: Sequence[str]) -> "pd.DataFrame":
    """Tabulate each class's accuracy, and what it is most often mistaken for.

    >>> by_class(np.array([0, 0, 1]), np.array([0, 1, 1]), ["cat", "eye"]).to_dict("records")[0]
    {'class': 'cat', 'val_accuracy': 0.5, 'taken_for': 'eye', 'mistakes': 1}

    Args:
        y_true: (n,) labels, every class among them.
        y_pred: (n,) predicted labels.
        class_names: one a label.

    Returns:
        Columns class, val_accuracy, taken_for, mistakes (of that kind); a row a class.
    """
    import pandas as pd

    rows = []
    for label, name in enumerate(class_names):
        answers = y_pred[y_true == label]
        wrong = np.bincount(answers[answers != label], minlength=len(class_names))
        rows.append(
            {
                "class": name,
                "val_accuracy": float(np.mean(answers == label)),
                "taken_for": class_names[int(wrong.argmax())] if wrong.any() else "none",
                "mistakes": int(wrong.max()),
            }
        )
    return pd.DataFrame(rows)


def commonest(table: "pd.DataFrame") -> dict[str, str]:
    """Return the most common mistake in a table of `by_class`."""
    row = table.iloc[int(table["mistakes"].to_numpy().argmax())]
    return {"confused": str(row["class"]), "confused_with": str(row["taken_for"])}


def accuracies_by_class(
    y_true: Labels, right: Mapping[str, Mask], class_names: Sequence[str]
) -> "pd.DataFrame":
    """Tabulate the accuracy of each class for several predictions.

    Args:
        y_true: (n,) labels, every class among them.
        right: (n,) whether each prediction is right, by column.
        class_names: one name per label.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "class": name,
            **{column: float(mask[y_true == label].mean()) for column, mask in right.items()},
        }
        for label, name in enumerate(class_names)
    )


def of_right_and_wrong(right: Mask, name: str, values: Floats) -> dict[str, float]:
    """Average a value over the images classified right, and over the others if there are any.

    >>> of_right_and_wrong(np.array([True, False, True]), "ink", np.array([0.25, 0.5, 0.75]))
    {'ink_of_right': 0.5, 'ink_of_wrong': 0.5}
    """
    return {
        f"{name}_of_{kind}": float(values[mask].mean())
        for kind, mask in (("right", right), ("wrong", ~right))
        if mask.any()
    }


def confidences(logits: Floats) -> Floats:
    """Return the probability of each image's most probable class.

    Args:
        logits: (n, classes) scores before the softmax.

    >>> confidences(np.array([[0.0, 0.0], [0.0, 50.0]])).round(3).tolist()
    [0.5, 1.0]
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(1 / powers.sum(axis=1))
