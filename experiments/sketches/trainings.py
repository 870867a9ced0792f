"""Train a network for a search or a final stage of this study, from one or several seeds."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.sketches.data import ToPredict
from experiments.sketches.recipe import Build, Recipe, tested, trained
from lib.data import Split
from lib.tracking import Results, TrialLog, Workers
from lib.tracking.results import Scalar
from lib.training import set_seed
from lib.tuning import Search, evaluate_all

if TYPE_CHECKING:
    import keras

SHOWN = 100  # test images kept beside the predictions, for trying the programs


def learn(
    data: Split, recipe: Recipe, build: Build, *, values: Mapping[str, Scalar], seed: int
) -> Results:
    """Train a network with one trial's values, and measure it on the validation images.

    Args:
        data: the test part is not used.
        recipe: the settings.
        build: builds the network.
        values: the learning rate, and settings that replace the recipe's.
        seed: seeds the weights, the images' order and their distortions.
    """
    return _learned(data, recipe, build, values, seed)[1]


def learn_and_predict(
    data: Split,
    to_predict: ToPredict,
    recipe: Recipe,
    build: Build,
    name: str,
    *,
    values: Mapping[str, Scalar],
    seed: int,
) -> Results:
    """Train a network as `learn` does, and predict the test images, see `tested`."""
    model, measured = _learned(data, recipe, build, values, seed)
    return tested(build, model, measured, data=data, to_predict=to_predict, name=name)


def from_seeds(
    seeds: Sequence[int],
    values: Mapping[str, Scalar],
    *,
    data: Split,
    to_predict: ToPredict,
    trials: TrialLog,
    workers: Workers,
    **network: Any,
) -> Results:
    """Train a network with the chosen values from several seeds, and combine the predictions.

    Args:
        seeds: one per training; the first one's network is handed in.
        values: the chosen values.
        data: includes the test part.
        to_predict: images whose predicted labels go into the predictions file.
        trials: where the trainings are recorded.
        workers: the worker processes.
        **network: `recipe`, `build` and `name` of `learn_and_predict`.
    """
    found = evaluate_all(
        learn_and_predict,
        [(values, seed) for seed in seeds],
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        to_predict=to_predict,
        **network,
    )
    return _concluded(found, data, to_predict)


def searched(found: Search, data: Split) -> Results:
    """Tabulate a search, and return the best trial's settings as parameters `best_NAME`.

    `best_steps` is the number of steps after which the best trial was most accurate.

    Args:
        found: trials of `trained`, including failed ones.
        data: the data that they were trained on.
    """
    import pandas as pd

    rows = []
    for trial in found.trials:
        measured = trial.results.metrics if trial.results else {}
        names = ("final_val_accuracy", "best_val_accuracy", "best_step", "wall_time_seconds")
        rows.append(
            {**trial.values, **{name: measured.get(name) for name in names}, "seed": trial.seed}
        )
    best = found.best.finished()
    return Results(
        metrics={
            "best_val_accuracy": best.metrics[found.objective],
            "lowest_val_accuracy": min(
                trial.results.metrics[found.objective] for trial in found.trials if trial.results
            ),
            "trials": len(found.trials),
            "val_samples": len(data.y_val),
        },
        params={
            **{f"best_{name}": value for name, value in found.best.values.items()},
            "best_steps": int(best.metrics["best_step"]),
        },
        tables={"trials": pd.DataFrame(rows).astype({"best_step": "Int64"})},
    )


def seeds_from(seed: int, count: int) -> list[int]:
    """List the seeds of repeated trainings: the study's own, and others that follow from it.

    >>> seeds_from(1, 3)
    [1, 1001, 1002]
    """
    return [seed, *(1000 * seed + number for number in range(1, count))]


def file_of(name: str, seed: int) -> str:
    """Name the model file of a seed other than the first.

    >>> file_of("bestmodel.pt", 1001)
    'bestmodel-1001.pt'
    """
    return f"{name.removesuffix('.pt')}-{seed}.pt"


def _learned(
    data: Split, recipe: Recipe, build: Build, values: Mapping[str, Any], seed: int
) -> tuple["keras.Model", Results]:
    set_seed(seed)
    replaced = {name: value for name, value in values.items() if name != "learning_rate"}
    model, rate = build(), values["learning_rate"]
    recipe = replace(recipe, **replaced)
    return model, trained(model, data, recipe, learning_rate=rate, seed=seed)


def _concluded(found: Search, data: Split, to_predict: ToPredict) -> Results:
    """Combine the trainings of a final stage: the first seed's files, the metrics of all.

    Args:
        found: one finished training per seed, with results of `tested`.
        data: includes the test part.
        to_predict: the images whose predictions are in the files.

    Raises:
        StageError: a training failed.
    """
    import pandas as pd

    runs = [trial.finished() for trial in found.trials]
    names = ("final_val_accuracy", "test_accuracy", "wall_time_seconds")
    seeds = pd.DataFrame(
        {"seed": trial.seed, **{name: run.metrics[name] for name in names}}
        for trial, run in zip(found.trials, runs, strict=True)
    )
    first, tests = runs[0], seeds["test_accuracy"]
    measured = {name: value for name, value in first.metrics.items() if name != names[-1]}
    return Results(
        metrics={
            **measured,
            "training_seconds": first.metrics["wall_time_seconds"],
            "mean_test_accuracy": float(tests.mean()),
            "test_accuracy_spread": float(tests.std(ddof=1)) if len(runs) > 1 else 0.0,
            "lowest_test_accuracy": float(tests.min()),
            "seeds": len(seeds),
            **{f"{part}_samples": len(labels) for part, _, labels in data.parts()},
        },
        curves={name: list(curve) for name, curve in first.curves.items()},
        tables={"seeds": seeds},
        arrays={"y_true": data.y_test, "y_pred": first.arrays["y_pred"]},
        files={**_files(found), "images.npy": _as_npy(to_predict.images[:SHOWN])},
    )


def _files(found: Search) -> dict[str, bytes]:
    """Collect the first seed's files as they are, and the other models, named by their seeds."""
    files: dict[str, bytes] = {}
    for number, trial in enumerate(found.trials):
        written = trial.finished().files
        for name in written:
            if not number:
                files[name] = written[name]
            elif name.endswith(".pt"):
                files[file_of(name, trial.seed)] = written[name]
    return files


def _as_npy(images: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, images, allow_pickle=False)
    return buffer.getvalue()
