"""What two callbacks keep of each training: one judges by validation, the other by test images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.transfer import architectures
from experiments.transfer.trainings import WEIGHTS
from lib.tracking import Results
from lib.tuning import Search

if TYPE_CHECKING:
    import pandas as pd


def tabulate(found: Search) -> "pd.DataFrame":
    """Tabulate all trainings, one row each.

    Raises:
        StageError: a training failed, so that the networks cannot be compared.
    """
    import pandas as pd

    rows = []
    for trial in found.trials:
        measured = trial.finished().metrics
        rows.append(
            {
                "training": f"{trial.values['network']}, seed {trial.seed}",
                "network": trial.values["network"],
                "learning_rate": trial.values["learning_rate"],
                "seed": trial.seed,
                "best_epoch": int(measured["best_epoch"]),
                "best_val_accuracy": measured["best_val_accuracy"],
                "train_accuracy": measured["train_accuracy_kept"],
                "test_accuracy": measured["test_accuracy"],
                "watched_epoch": int(measured["watched_epoch"]),
                "watched_test_accuracy": measured["watched_test_accuracy"],
                "parameters": int(measured["parameters"]),
                "seconds_per_epoch": measured["seconds_per_epoch"],
            }
        )
    return pd.DataFrame(rows)


def long(kept: "pd.DataFrame") -> "pd.DataFrame":
    """Reshape to two rows per training: the test accuracy of what each callback keeps.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"training": ["a"], "best_epoch": [3], "test_accuracy": [0.7],
    ...                       "watched_epoch": [2], "watched_test_accuracy": [0.8]})
    >>> long(table).to_dict("list")["watched"]
    ['validation', 'test']
    """
    import pandas as pd

    columns = {
        "validation": ("best_epoch", "test_accuracy"),
        "test": ("watched_epoch", "watched_test_accuracy"),
    }
    parts = [
        pd.DataFrame(
            {
                "training": kept["training"],
                "watched": watched,
                "epoch": kept[epoch],
                "test_accuracy": kept[accuracy],
            }
        )
        for watched, (epoch, accuracy) in columns.items()
    ]
    return pd.concat(parts, ignore_index=True)


def summarize(kept: "pd.DataFrame", filters: Sequence[int]) -> "pd.DataFrame":
    """Average over the seeds: the table that the specification asks for, one row per network."""
    means = kept.groupby("network", sort=False).agg(
        learning_rate=("learning_rate", "first"),
        train_accuracy=("train_accuracy", "mean"),
        best_val_accuracy=("best_val_accuracy", "mean"),
        test_accuracy=("test_accuracy", "mean"),
        test_spread=("test_accuracy", "std"),
        watched_test_accuracy=("watched_test_accuracy", "mean"),
        parameters=("parameters", "first"),
        seconds_per_epoch=("seconds_per_epoch", "mean"),
        seeds=("seed", "size"),
    )
    table = means.reset_index()
    table.insert(1, "architecture", [architectures.described(n, filters) for n in means.index])
    table.insert(2, "callback", "yes")
    return table


def runner_up(summary: "pd.DataFrame") -> str:
    """Return the best network apart from the sequential one, by validation accuracy."""
    others = summary[summary["network"] != "sequential"]
    return str(others["network"].iloc[int(others["best_val_accuracy"].argmax())])


def measured(summary: "pd.DataFrame", best: str) -> dict[str, float]:
    """Return figures of the best network and the baseline, and how much watching flatters them."""
    rows = {str(row["network"]): row for row in summary.to_dict("records")}
    flattery = summary["watched_test_accuracy"] - summary["test_accuracy"]
    found = {"mean_flattery": float(flattery.mean()), "largest_flattery": float(flattery.max())}
    for part, name in (("best", best), ("baseline", "sequential")):
        found |= {
            f"test_{part}_accuracy": float(rows[name]["test_accuracy"]),
            f"test_{part}_spread": float(rows[name]["test_spread"]),
            f"train_{part}_accuracy": float(rows[name]["train_accuracy"]),
            f"{part}_parameters": float(rows[name]["parameters"]),
            f"{part}_seconds_per_epoch": float(rows[name]["seconds_per_epoch"]),
        }
    return found


def first(found: Search, network: str) -> Results:
    """Return the results of a network's first seed."""
    return next(one for one in found.trials if one.values["network"] == network).finished()


def predictions(found: Search, network: str) -> NDArray[np.int64]:
    """Return the labels that a network's first seed predicts for the test images."""
    return first(found, network).arrays["y_pred"].astype(np.int64)


def weights(found: Search, network: str) -> bytes:
    """Return the weights that the callback kept of a network's first seed."""
    return first(found, network).files[WEIGHTS]


def curves(found: Search, network: str) -> "pd.DataFrame":
    """Return the accuracies after each epoch of a network's first seed."""
    import pandas as pd

    results = first(found, network)
    named = {
        "train": "train_accuracy",
        "val": "val_accuracy",
        "test": "test_accuracy_by_epoch",
    }
    table = pd.DataFrame({f"{part}_accuracy": list(results.curves[n]) for part, n in named.items()})
    table.insert(0, "epoch", np.arange(1, len(table) + 1))
    return table
