"""Small stages for the tests of tracking: no training, every kind of result."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from contract.names import DataSource
from lib import training
from lib.tracking import Results, TrialLog

CALLS: list[str] = []  # which stages were really called, in order


@dataclass(frozen=True)
class Numbers:
    """A data set of three numbers."""

    sha256: str = "a" * 64
    source: DataSource = DataSource.STAND_IN
    name: str = "three numbers"

    def parts(self) -> Iterator[tuple[str, list[int], list[int]]]:
        """Two parts of a thousand samples and of three, and one that is empty."""
        yield "train", [0] * 1000, [0] * 1000
        yield "val", [1, 2, 3], [0, 0, 1]
        yield "test", [], []


def measure(_data: Numbers, *, scale: float, seed: int) -> Results:
    """Return one of each kind of result."""
    CALLS.append("measure")
    generator = np.random.default_rng(seed)
    return Results(
        metrics={"val_accuracy": 0.1 + 0.2 * scale},
        curves={"train_loss": [1 / 3, 0.25, float(generator.random())]},
        params={"chosen": "64", "units": 64, "rate": 1e-3, "augmented": True},
        tables={"trials": pd.DataFrame({"name": ["a", "b"], "score": [1 / 3, 2 / 3]})},
        arrays={"predictions": np.arange(6, dtype=np.int64).reshape(2, 3)},
        files={"final.yaml": b"epochs: 3\n"},
    )


def conclude(_data: Numbers, *, seed: int) -> Results:
    """Return a compiled model of two layers and what it predicts."""
    training.set_seed(seed)
    import keras

    CALLS.append("conclude")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="relu")])
    model.add(keras.layers.Dense(2, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # as a fit does, which takes a second
    return Results(
        curves={"train_loss": [1.0]},
        arrays={"predicted": model.predict(np.eye(4, dtype=np.float32), verbose=0)},
        models={"classifier": model},
    )


def double(measured: Results) -> Results:
    """Double the accuracy of an earlier stage."""
    CALLS.append("double")
    return Results(metrics={"doubled": 2 * measured.metrics["val_accuracy"]})


def diverge(_data: Numbers) -> Results:
    """Return a loss that is not a number."""
    CALLS.append("diverge")
    raise FloatingPointError("Expected a finite loss. Received: loss=nan at epoch 3")


def search(_data: Numbers, *, trials: TrialLog, stop_after: int) -> Results:
    """Try four values; break off after some of them, as Ctrl-C would."""
    CALLS.append("search")
    for number, units in enumerate((8, 16, 32, 64), start=1):
        if trials.find({"units": units}, seed=7) is None:
            if number > int(os.environ.get("STOP_AFTER", stop_after)):
                raise KeyboardInterrupt
            CALLS.append(f"trial {units}")
            results = Results(
                metrics={"val_accuracy": units / 100}, curves={"val_loss": [2.0, 1.0]}
            )
            trials.record(number, {"units": units}, 7, results)
    return Results(metrics={"best_val_accuracy": 0.64})


def die(_data: Numbers) -> Results:
    """End the process without a word, as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Results()


def draw(results: Results) -> dict[str, Figure]:
    """Draw the curve."""
    CALLS.append("draw")
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot(results.curves["train_loss"])
    return {"curve": figure}


def draw_nothing(results: Results) -> dict[str, Figure]:
    """Fail, as a drawing with a mistake in it does."""
    CALLS.append("draw_nothing")
    return {"curve": results.figures["curve"]}


def draw_dotted(results: Results) -> dict[str, Figure]:
    """Draw the curve in another style."""
    CALLS.append("draw_dotted")
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot(results.curves["train_loss"], ":")
    return {"curve": figure}
