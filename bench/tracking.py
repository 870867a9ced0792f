"""The cost of tracking: the same training with and without it."""

import os
import tempfile
import time
from statistics import median
from typing import Any

from bench.measure import Figure, median_ratio, paired
from contract.names import Profile
from experiments.fashion import classification, drawing
from experiments.fashion.data import Data
from lib.data import Split
from lib.data.sets import standin
from lib.tracking import Study

ROUNDS = 5
EPOCHS = 10
IMAGES = 10_000
TRAINING = 60.0  # seconds of training in a stage that is worth tracking


def settings(data: Split) -> dict[str, Any]:
    """Return the inputs of the measured stage."""
    return {
        "data": data,
        "epochs": EPOCHS,
        "batch_size": 128,
        "dense_units": 128,
        "learning_rate": 1e-3,
    }


def figures() -> list[Figure]:
    """Train alternately with and without tracking: ten epochs, curves, tables, figures, one run."""
    drawn = standin.images(n_train=IMAGES, n_val=1000, n_test=100, seed=1)
    data = Data(drawn, drawn).sample.without_test()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        study = Study("bench", profile=Profile.SMOKE, fresh=True)
        inside: list[float] = []

        def tracked() -> float:
            started = time.perf_counter()
            results = study.stage(
                classification.initial, draw=drawing.first_network, seed=1, **settings(data)
            )
            seconds = time.perf_counter() - started
            inside.append(seconds - results.metrics["wall_time_seconds"])
            return seconds

        def untracked() -> float:
            started = time.perf_counter()
            results = classification.initial(seed=1, **settings(data))
            drawing.first_network(results)
            return time.perf_counter() - started

        untracked()  # TensorFlow's first call is slow
        with_it, without = paired(tracked, untracked, ROUNDS)
    fixed = median(inside)
    compared = 100 * (median_ratio(with_it, without) - 1)
    note = (
        f"{fixed:.2f} s a stage, whatever it trains; beside {median(without):.1f} s untracked,"
        f" {compared:+.1f} %"
    )
    share = 100 * fixed / TRAINING
    return [Figure("tracking: share of a training of a minute", share, 2.0, "%", note)]
