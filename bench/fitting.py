"""Training images per second: our workers against plain Keras and PyTorch."""

import importlib.util
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.measure import Figure, paired, run_plain
from contract.names import Profile
from experiments.fashion import network
from experiments.fashion.data import load
from lib import training
from lib.data import normalize
from lib.tracking import Workers
from lib.training.mode import Mode
from lib.training.precision import MIXED, dtype_policy
from lib.tuning.workers import WorkerPool

ROUNDS = 5
BATCH_SIZE = 64
IMAGES = 6000


def second_epoch(x_train: NDArray[np.uint8], y_train: NDArray[np.int64]) -> float:
    """Train a network for two epochs, and return the images per second of the second one."""
    x = normalize(x_train)
    training.set_seed(1)
    steps = network.steps_per_epoch(y_train, BATCH_SIZE)
    model = network.build(dense_units=128, dropout=0.0, learning_rate=1e-3, steps_per_epoch=steps)
    ends: list[float] = []
    training.fit(
        model,
        x,
        y_train,
        epochs=2,
        batch_size=BATCH_SIZE,
        seed=1,
        on_epoch=lambda *_: ends.append(time.perf_counter()),
    )
    return len(x) / (ends[1] - ends[0])


def figures() -> list[Figure]:
    """Train with one worker per core at once, and with plain Keras on all cores, in turn."""
    data = load(Profile.QUICK, 1).sample
    x, y = data.x_train[:IMAGES], data.y_train[:IMAGES]
    cores = len(os.sched_getaffinity(0))
    workers = Workers(cores, mode=Mode(dtype_policy(MIXED)))
    with (
        tempfile.TemporaryDirectory() as folder,
        WorkerPool(workers, {"x_train": x, "y_train": y}) as pool,
    ):
        images = Path(folder, "images.npz")
        np.savez(images, x_train=x, y_train=y)

        def ours() -> float:
            return sum(outcome.value for outcome in pool.run(second_epoch, [{}] * cores))

        def plain(kind: str) -> float:
            program = ("bench/plain_fit.py", kind, str(images), str(BATCH_SIZE))
            return float(run_plain(*program).output.splitlines()[-1])

        mine, keras = paired(ours, lambda: plain("keras"), ROUNDS)
        found = [_figure("plain Keras", mine, keras, 3.0)]
        if importlib.util.find_spec("torch") is not None:
            mine, torch = paired(ours, lambda: plain("torch"), ROUNDS)
            found.append(_figure("a loop in PyTorch", mine, torch, 2.0))
    return found


def _figure(what: str, mine: list[float], theirs: list[float], goal: float) -> Figure:
    """Compare with the other's best: two threads that nobody pins train at one of two speeds.

    Plain Keras reached 1,930 or 3,700 images/s from one process to the next on the same machine.
    """
    best, usual = max(theirs), median(theirs)
    note = (
        f"median of {ROUNDS}: {median(mine):,.0f} images/s against its best, {best:,.0f}"
        f" (its median: {usual:,.0f})"
    )
    name = f"training, a worker a core over {what}"
    return Figure(name, median(mine) / best, goal, "", note, at_least=True)
