"""Repetitions with and without dropout from the same seeds: plan, tabulate and compare them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lib import metrics
from lib.tracking import Results
from lib.tuning import Search

if TYPE_CHECKING:
    import pandas as pd


def points(
    settings: Mapping[str, Any], *, dropout: float, repetitions: int, seed: int
) -> list[tuple[dict[str, Any], int]]:
    """Plan each repetition without and with dropout: the values and seed of each training.

    Both trainings of a repetition start with the same weights and see samples in the same order.
    """
    return [
        ({**settings, "dropout": rate}, 1000 * seed + number)
        for number in range(1, repetitions + 1)
        for rate in (0.0, dropout)
    ]


def tabulate(found: Search) -> "pd.DataFrame":
    """Tabulate the repetitions; accuracy_gap is training minus validation accuracy.

    Raises:
        StageError: a repetition failed, so its pair cannot be compared.
    """
    gained = [trial.finished().metrics["train_accuracy_without_dropout"] for trial in found.trials]
    table = found.table().drop(columns=["learning_rate", "dense_units"])
    table.insert(0, "repetition", table["seed"] % 1000)
    table["train_accuracy"] = gained
    table["accuracy_gap"] = table["train_accuracy"] - table["best_val_accuracy"]
    return table


def compare(table: "pd.DataFrame", *, dropout: float) -> Results:
    """Compare the pairs, and choose whether to use dropout and for how many epochs to train.

    Args:
        table: rows from `tabulate`.
        dropout: rate of the trainings with dropout.
    """
    without = table[table["dropout"] == 0.0].sort_values("repetition")
    with_it = table[table["dropout"] == dropout].sort_values("repetition")
    test = metrics.paired_t_test(
        with_it["best_val_accuracy"].to_numpy(), without["best_val_accuracy"].to_numpy()
    )
    chosen = with_it if test.difference > 0 else without
    return Results(
        metrics={
            "val_accuracy_with": float(with_it["best_val_accuracy"].mean()),
            "val_accuracy_without": float(without["best_val_accuracy"].mean()),
            "val_accuracy_difference": test.difference,
            "val_accuracy_difference_low": test.interval.low,
            "val_accuracy_difference_high": test.interval.high,
            "p_value": test.p_value,
            "gap_with": float(with_it["accuracy_gap"].mean()),
            "gap_without": float(without["accuracy_gap"].mean()),
            "repetitions": len(without),
        },
        params={
            "best_dropout": float(chosen["dropout"].iloc[0]),
            # Median over seeds; for an even number, the lower of the two middle values.
            "best_epochs": int(chosen["best_epoch"].quantile(0.5, interpolation="lower")),
        },
        tables={"pairs": table},
    )
