"""The cost of tracking: what a stage takes besides its training."""

import os
import tempfile
import time
from statistics import median
from typing import Any

from bench.measure import Figure
from contract.names import Profile
from experiments.fashion import classification, drawing
from experiments.fashion.data import Data
from lib.data import Split
from lib.data.sets import standin
from lib.tracking import Study

ROUNDS = 5
EPOCHS = 3
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
    """Time what a stage takes besides its training: curves, tables, figures, a model and one run.

    Training is left out by its own wall time: it runs on one core of a worker, so that the same
    training outside a stage, on all cores, would be no comparison.
    """
    drawn = standin.images(n_train=IMAGES, n_val=1000, n_test=100, seed=1)
    data = Data(drawn, drawn).sample.without_test()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        study = Study("bench", profile=Profile.SMOKE, fresh=True)

        def besides() -> float:
            started = time.perf_counter()
            results = study.stage(
                classification.initial, draw=drawing.first_network, seed=1, **settings(data)
            )
            return time.perf_counter() - started - results.metrics["wall_time_seconds"]

        besides()  # the first one starts a worker, which imports TensorFlow
        fixed = median(besides() for _ in range(ROUNDS))
    note = f"median of {ROUNDS}: {fixed:.2f} s a stage, whatever it trains"
    share = 100 * fixed / TRAINING
    return [Figure("tracking: share of a training of a minute", share, 1.0, "%", note)]
