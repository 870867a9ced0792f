"""How this study trains a network, measures it and writes its file: as its program does."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.sketches.data import ToPredict
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.handin.utils.augmentation import Augmentation
from experiments.sketches.handin.utils.command_line import check_size
from experiments.sketches.handin.utils.datasets import Labelled
from experiments.sketches.handin.utils.model_file import model_bytes, state_of
from experiments.sketches.handin.utils.training import train
from experiments.sketches.handin.utils.weights import load_state_dict, state_dict
from lib.data import Split
from lib.tracking import Results, StageError
from lib.tracking.results import Scalar
from lib.training.precision import FLOAT32
from lib.tuning import Search, Trial
from lib.tuning.rounds import Point

if TYPE_CHECKING:
    import keras

SHOWN = 100  # test images that go with the predictions, for whoever wants to try the programs


@dataclass(frozen=True)
class Recipe:
    """Settings of a training that a search does not vary.

    Args:
        batch_size: images a step.
        steps: optimisation steps.
        evaluate_every: steps between two evaluations.
        cosine: whether the learning rate falls along half a cosine.
        distort: how training images are distorted; None leaves them as they are.
    """

    batch_size: int = 100
    steps: int = 2_000
    evaluate_every: int = 100
    cosine: bool = False
    distort: Augmentation | None = None


PUBLISHED = Recipe()


def trained(
    model: "keras.Model", data: Split, recipe: Recipe, *, learning_rate: float, seed: int
) -> Results:
    """Train a model in place.

    Args:
        model: new, built after its seed was set.
        data: of which the test part is not looked at.
        recipe: the settings.
        learning_rate: of Adam.
        seed: of the images' order and distortions.

    Returns:
        What was measured at each evaluation as curves, and the last and the best of it as metrics.
    """
    evaluations = train(
        model,
        Labelled(data.x_train, data.y_train),
        Labelled(data.x_val, data.y_val),
        learning_rate=learning_rate,
        batch_size=recipe.batch_size,
        steps=recipe.steps,
        seed=seed,
        cosine=recipe.cosine,
        distort=recipe.distort,
        evaluate_every=recipe.evaluate_every,
    )
    accuracies = [evaluation.dev_acc for evaluation in evaluations]
    best = int(np.argmax(accuracies))  # the first of equals
    return Results(
        metrics={
            "final_val_accuracy": accuracies[-1],
            "final_train_accuracy": evaluations[-1].train_acc,
            "best_val_accuracy": accuracies[best],
            "best_step": evaluations[best].step,
            "weights": _numbers(model, "kernel"),
            "biases": _numbers(model, "bias"),
            "model_bytes": len(model_bytes(state_dict(model))),
        },
        curves={
            "step": [evaluation.step for evaluation in evaluations],
            "train_accuracy": [evaluation.train_acc for evaluation in evaluations],
            "val_accuracy": accuracies,
            "train_loss": [evaluation.train_loss for evaluation in evaluations],
            "val_loss": [evaluation.dev_loss for evaluation in evaluations],
        },
    )


def tested(
    build: Callable[[], "keras.Model"],
    trained_one: "keras.Model",
    measured: Results,
    *,
    data: Split,
    to_predict: ToPredict,
    name: str,
) -> Results:
    """Add a trained model's test accuracy, its file and its predictions to what training measured.

    Predictions are those of the file, read back into a network in float32 as the program does it.

    Args:
        build: makes the network.
        trained_one: the network, trained.
        measured: by `trained`.
        data: with its test part.
        to_predict: whose labels go into the file of predictions.
        name: of the model's file, without its ending.

    Raises:
        ValueError: the model's file is too large to be handed in.
    """
    content = model_bytes(state_dict(trained_one))
    check_size(len(content))
    model = read_back(build, content, name)
    y_pred = predict_logits(model, data.x_test).argmax(axis=1)
    labels = predict_logits(model, to_predict.images).argmax(axis=1)
    return Results(
        metrics={**measured.metrics, "test_accuracy": float(np.mean(y_pred == data.y_test))},
        curves=measured.curves,
        arrays={"y_pred": y_pred},
        files={
            f"{name}.pt": content,
            "predictions.csv": "".join(f"{label}\n" for label in labels).encode(),
        },
    )


def concluded(found: Search, data: Split, to_predict: ToPredict) -> Results:
    """Put the trainings of a final stage together: the first seed's files, the figures of all.

    Args:
        found: one finished training a seed, by `tested`.
        data: with its test part.
        to_predict: the images whose predictions are in the files.

    Raises:
        StageError: a training failed.
    """
    import pandas as pd

    runs = [finished(trial) for trial in found.trials]
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
    """Take the first seed's files as they are, and the others' models under their seeds."""
    files: dict[str, bytes] = {}
    for number, trial in enumerate(found.trials):
        written = finished(trial).files
        for name in written:
            if not number:
                files[name] = written[name]
            elif name.endswith(".pt"):
                files[file_of(name, trial.seed)] = written[name]
    return files


def file_of(name: str, seed: int) -> str:
    """Name the model file of a seed other than the first.

    >>> file_of("bestmodel.pt", 1001)
    'bestmodel-1001.pt'
    """
    return f"{name.removesuffix('.pt')}-{seed}.pt"


def searched(found: Search, data: Split) -> Results:
    """Tabulate a search, and give the best trial's settings as parameters `best_NAME`.

    `best_steps` is the number of steps after which the best trial was most accurate.

    Args:
        found: trials by `trained`, those that failed included.
        data: that they learned from.
    """
    import pandas as pd

    rows = []
    for trial in found.trials:
        measured = trial.results.metrics if trial.results else {}
        names = ("final_val_accuracy", "best_val_accuracy", "best_step", "wall_time_seconds")
        rows.append(
            {**trial.values, **{name: measured.get(name) for name in names}, "seed": trial.seed}
        )
    best = finished(found.best)
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


def read_back(build: Callable[[], "keras.Model"], content: bytes, name: str) -> "keras.Model":
    """Build a network that computes in float32, and give it the weights of a model file.

    Args:
        build: makes the network.
        content: of the file.
        name: of the file.
    """
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(FLOAT32)
    try:
        model = build()
    finally:
        keras.config.set_dtype_policy(before)
    load_state_dict(model, state_of(content, name))
    return model


def seeds_from(seed: int, count: int) -> list[int]:
    """List the seeds of repeated trainings: the study's own, and others that follow from it.

    >>> seeds_from(1, 3)
    [1, 1001, 1002]
    """
    return [seed, *(1000 * seed + number for number in range(1, count))]


def repeated(values: Mapping[str, Scalar], seeds: Sequence[int]) -> list[Point]:
    """Plan the same training once a seed."""
    return [(values, seed) for seed in seeds]


def finished(trial: Trial) -> Results:
    """Give a training's results.

    Raises:
        StageError: it failed.
    """
    if trial.results is None:
        raise StageError(f"Expected all trainings to finish. Received: {trial}: {trial.failure}")
    return trial.results


def _numbers(model: "keras.Model", kind: str) -> int:
    """Count the numbers in all kernels, or in all biases."""
    return sum(
        int(np.prod(variable.shape))
        for variable in model.trainable_variables
        if variable.name == kind
    )


def _as_npy(images: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, images, allow_pickle=False)
    return buffer.getvalue()
