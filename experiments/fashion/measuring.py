"""Measurements of misclassified samples, on which `suggestions` are based."""

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.fashion.suggestions import Measured
from lib.data import Split
from lib.neighbors import local_pairs, nearest
from lib.tracking import Results

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95)


def measure(
    chosen: NDArray[np.int64],
    *,
    data: Split,
    encoded: Results,
    y_score: NDArray[np.float32],
    test_error: NDArray[np.float32],
    k: int,
) -> "pd.DataFrame":
    """Measure misclassified test samples, one row each.

    Args:
        chosen: (n,) positions in the test set.
        data: data whose training part includes the validation data.
        encoded: arrays `train_codes`, `test_codes` and `own_distances`, see `explainability`.
        y_score: (n_test, n_classes) scores of the classifier.
        test_error: (n_test,) reconstruction errors.
        k: number of neighbours whose labels are counted.

    Returns:
        Columns `test_index`, the positions of the local example and the local counterexample in
        the training data, the reconstruction error, and the fields of `Measured`.
    """
    import pandas as pd

    codes, queries = encoded.arrays["train_codes"], encoded.arrays["test_codes"][chosen]
    own = encoded.arrays["own_distances"]
    y_true, y_pred = data.y_test[chosen], y_score[chosen].argmax(axis=1)
    pairs = local_pairs(codes, data.y_train, queries, y_true)
    other = data.y_train[pairs.counterexample]
    near = data.y_train[nearest(codes, queries, k).indices]
    counts = np.array([np.bincount(row, minlength=len(data.class_names)) for row in near])
    rows = np.arange(len(chosen))
    scores = np.sort(y_score[chosen], axis=1)
    quality, issues = doubts(data.y_test, y_score)
    names = np.array(data.class_names)
    return pd.DataFrame(
        {
            "test_index": chosen,
            "true": names[y_true],
            "predicted": names[y_pred],
            "other": names[other],
            "example_index": pairs.example,
            "example_distance": pairs.example_distance,
            "example_rank": _ranks_in_class(pairs.example_distance, y_true, own, data.y_train),
            "counterexample_index": pairs.counterexample,
            "counterexample_distance": pairs.counterexample_distance,
            "counterexample_rank": _ranks_in_class(
                pairs.counterexample_distance, other, own, data.y_train
            ),
            "neighbors": k,
            "neighbors_true": counts[rows, y_true],
            "neighbors_predicted": counts[rows, y_pred],
            "neighbors_commonest": counts.max(axis=1),
            "reconstruction_error": test_error[chosen],
            "error_rank": ranks(test_error[chosen], test_error),
            "margin": scores[:, -1] - scores[:, -2],
            "preference": y_score[chosen, y_pred] - y_score[chosen, y_true],
            "label_quality": quality[chosen],
            "label_issue": issues[chosen],
        }
    )


def measured(table: "pd.DataFrame") -> list[Measured]:
    """Convert the rows of a table from `measure`."""
    names = [field.name for field in fields(Measured)]
    return [
        Measured(**{str(name): value for name, value in row.items()})
        for row in table[names].to_dict("records")
    ]


def doubts(
    labels: NDArray[np.int64], y_score: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Find doubtful labels with cleanlab, from a classifier's scores.

    Args:
        labels: (n,) given labels.
        y_score: (n, n_classes) scores of a classifier that has not seen these labels.

    Returns:
        (n,) quality of each label in [0, 1], and (n,) whether both of cleanlab's filters list it
        as an issue: noise rate by class, and noise rate between classes.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    scores = y_score.astype(np.float64)
    scores /= scores.sum(axis=1, keepdims=True)
    quality = get_label_quality_scores(labels, scores, method="self_confidence")
    return quality, find_label_issues(labels, scores, filter_by="both", n_jobs=1)


def ranks(values: NDArray[np.floating], reference: NDArray[np.floating]) -> NDArray[np.float64]:
    """Compute the share of a reference below each value.

    >>> ranks(np.array([0.0, 2.5, 9.0]), np.array([3.0, 1.0, 4.0, 2.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    found: NDArray[np.float64] = np.searchsorted(np.sort(reference), values) / len(reference)
    return found


def _ranks_in_class(
    distances: NDArray[np.float64],
    labels: NDArray[np.int64],
    own: NDArray[np.float64],
    own_labels: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Rank distances among the distances within each class."""
    found = np.empty(len(distances))
    for label in np.unique(labels):
        of_class = labels == label
        found[of_class] = ranks(distances[of_class], own[own_labels == label])
    return found


def yardsticks(own: NDArray[np.float64], data: Split) -> "pd.DataFrame":
    """Tabulate, by class, the distances from training samples to the nearest one of their class.

    Args:
        own: (n,) distances, see `lib.neighbors.own_class_distances`.
        data: data in whose training part they were measured.

    Returns:
        Columns `class`, then quantiles, named in percent: `p50` is the median.
    """
    import pandas as pd

    labels = range(len(data.class_names))
    rows = [np.quantile(own[data.y_train == label], QUANTILES) for label in labels]
    table = pd.DataFrame(rows, columns=[f"p{100 * share:.0f}" for share in QUANTILES])
    table.insert(0, "class", list(data.class_names))
    return table
