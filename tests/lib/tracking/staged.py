"""Stages that are called in worker processes, which find them here by name."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from lib import progress
from lib.tracking import Results

PATIENCE = 60.0  # seconds for two stages to meet


def noise(*, seed: int, number: int) -> Results:
    """Draw numbers."""
    drawn = np.random.default_rng(seed).random((number, 4))
    return Results(
        metrics={"mean_score": float(drawn.mean())},
        params={"process": os.getpid()},
        arrays={"noise": drawn},
    )


def doubled(*, noise: Results) -> Results:
    """Double the numbers of an earlier stage."""
    return Results(arrays={"noise": 2 * noise.arrays["noise"]})


def meets_first(*, folder: str) -> Results:
    """Wait for the first one."""
    return _meets("second", "first", Path(folder))


def meets_second(*, folder: str) -> Results:
    """Wait for the second one."""
    return _meets("first", "second", Path(folder))


def _meets(own: str, other: str, folder: Path) -> Results:
    (folder / own).touch()
    started = time.monotonic()
    while not (folder / other).exists():
        if time.monotonic() - started > PATIENCE:
            raise TimeoutError(f"Expected the {other} stage to run at the same time.")
        time.sleep(0.05)
    progress.counted("step", 1, 2, "met")
    return Results(params={"name": own})


def failing() -> Results:
    """Fail."""
    raise ZeroDivisionError("planted")


def dying() -> Results:
    """Die, as a process that the system ends for its memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Results()


def long(*, folder: str, name: str) -> Results:
    """Note that it has begun, and sleep."""
    (Path(folder) / name).touch()
    time.sleep(10 * PATIENCE)
    return Results()


def computes() -> Results:
    """Say whether networks compute eagerly."""
    import keras  # by which a stage is known to have networks
    import tensorflow as tf

    return Results(params={"keras": keras.__version__, "ran": tf.config.functions_run_eagerly()})
