"""Accuracy by number of photographs: plan trainings, tabulate them, average over seeds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.transfer.finetuning import FINE_TUNED, FROZEN, RANDOM
from lib import metrics
from lib.data.split import Labels
from lib.tracking import Results
from lib.tuning import Search

if TYPE_CHECKING:
    import pandas as pd

Settings = Mapping[str, Mapping[str, Any]]
KEYS = {FROZEN: "frozen", FINE_TUNED: "fine_tuned", RANDOM: "random"}


def head_name(network: str, layers: int) -> str:
    """Name a head by its network and its hidden layers.

    >>> head_name("mobilenet", 2)
    'mobilenet-2'
    """
    return f"{network}-{layers}"


def as_params(heads: "pd.DataFrame") -> dict[str, float]:
    """Flatten the dropout and learning rate of each head into named parameters."""
    return {
        f"{head_name(str(row['network']), int(row['layers']))}.{name}": float(row[name])
        for row in heads.to_dict("records")
        for name in ("dropout", "learning_rate")
    }


def head_settings(
    params: Mapping[str, Any], networks: Sequence[str], layers: Sequence[int], *, units: int
) -> dict[str, dict[str, Any]]:
    """Read each head's settings from the parameters of `as_params`."""
    return {
        head: {
            "network": network,
            "layers": count,
            "units": units,
            "dropout": params[f"{head}.dropout"],
            "learning_rate": params[f"{head}.learning_rate"],
        }
        for network in networks
        for count in layers
        for head in (head_name(network, count),)
    }


def points(
    settings: Settings,
    *,
    chosen: str,
    methods: Sequence[str],
    images_per_class: Sequence[int],
    repetitions: int,
    seed: int,
) -> list[tuple[dict[str, Any], int]]:
    """Plan the trainings, the longest first: each method with each amount, then the other heads.

    Arms that share a seed see the same photographs.
    """
    seeds = [1000 * seed + number for number in range(1, repetitions + 1)]
    planned = [
        ({"method": method, "head": chosen, "images_per_class": amount}, each)
        for method in methods
        for amount in reversed(images_per_class)
        for each in seeds
    ]
    others = [
        ({"method": FROZEN, "head": head, "images_per_class": 0}, each)
        for head in settings
        if head != chosen
        for each in seeds
    ]
    return [*planned, *others]


def by_network(
    extracted: Results, networks: Sequence[str], parts: Sequence[str]
) -> dict[str, dict[str, NDArray[np.float32]]]:
    """Return the cached features by network and part."""
    return {
        network: {part: extracted.arrays[f"{network}_{part}"] for part in parts}
        for network in networks
    }


def tabulate(found: Search, y_test: Labels) -> "pd.DataFrame":
    """Tabulate all trainings, one row each, with their accuracy on the test photographs."""
    import pandas as pd

    rows = []
    for trial in found.trials:
        results = trial.finished()
        rows.append(
            {
                **trial.values,
                "seed": trial.seed,
                "train_samples": int(results.metrics["train_samples"]),
                "val_accuracy": results.metrics["val_accuracy"],
                "test_accuracy": metrics.accuracy(y_test, results.arrays["y_pred"]),
                "seconds": results.metrics["seconds"],
            }
        )
    return pd.DataFrame(rows)


def summarize(table: "pd.DataFrame", chosen: str) -> "pd.DataFrame":
    """Average the chosen head's trainings over seeds: one row per amount and method."""
    own = table[table["head"] == chosen]
    groups = own.groupby(["train_samples", "method"], sort=True)
    means = groups.agg(
        test_accuracy=("test_accuracy", "mean"),
        spread=("test_accuracy", "std"),
        seconds=("seconds", "mean"),
        seeds=("seed", "size"),
    )
    return means.reset_index()


def head_table(table: "pd.DataFrame", settings: Settings) -> "pd.DataFrame":
    """Average the heads on all photographs over seeds: one row per head."""
    import pandas as pd

    frozen = table[(table["method"] == FROZEN) & (table["images_per_class"] == 0)]
    means = frozen.groupby("head", sort=False).agg(
        val_accuracy=("val_accuracy", "mean"),
        test_accuracy=("test_accuracy", "mean"),
        spread=("test_accuracy", "std"),
        seconds=("seconds", "mean"),
    )
    known = pd.DataFrame([{"head": head, **each} for head, each in settings.items()])
    joined = known.join(means, on="head")
    return joined.sort_values(["network", "layers"], ignore_index=True)


def measured(table: "pd.DataFrame", chosen: str) -> dict[str, float]:
    """Return each method's figures with the fewest and with all photographs, by name."""
    means = summarize(table, chosen).set_index(["train_samples", "method"])
    amounts = sorted(means.index.get_level_values(0).unique())
    found = {"least_samples": float(amounts[0])}
    for method, key in KEYS.items():
        for name, amount in (("least", amounts[0]), ("all", amounts[-1])):
            row = means.loc[(amount, method)]
            found[f"test_{key}_{name}_accuracy"] = float(row["test_accuracy"])
            found[f"{key}_{name}_spread"] = float(row["spread"])
            found[f"{key}_{name}_seconds"] = float(row["seconds"])
    return found


def rival(table: "pd.DataFrame", chosen: str, settings: Settings) -> str:
    """Return the other network's head with the best validation accuracy."""
    own = settings[chosen]["network"]
    others = [head for head, each in settings.items() if each["network"] != own]
    frozen = table[table["head"].isin(others)].groupby("head")["val_accuracy"].mean()
    return str(frozen.idxmax())


def predictions(found: Search, chosen: str, other: str) -> dict[str, NDArray[np.int64]]:
    """Return each method's predictions with the fewest and all photographs, from the first seed."""
    amounts = {int(trial.values["images_per_class"]) for trial in found.trials}
    least = min(amount for amount in amounts if amount)

    def first(method: str, head: str, amount: int) -> NDArray[np.int64]:
        wanted = {"method": method, "head": head, "images_per_class": amount}
        trial = next(each for each in found.trials if dict(each.values) == wanted)
        return trial.finished().arrays["y_pred"].astype(np.int64)

    drawn = {
        f"y_pred_{key}_{name}": first(method, chosen, amount)
        for method, key in KEYS.items()
        for name, amount in (("least", least), ("all", 0))
    }
    plain = f"{chosen.rpartition('-')[0]}-0"
    deeper = next(
        trial.values["head"]
        for trial in found.trials
        if str(trial.values["head"]).startswith(chosen.rpartition("-")[0] + "-")
        and trial.values["head"] != plain
    )
    return {
        **drawn,
        "y_pred_other": first(FROZEN, other, 0),
        "y_pred_no_layer": first(FROZEN, plain, 0),
        "y_pred_hidden_layer": first(FROZEN, str(deeper), 0),
    }
