"""What mixed precision costs: the same trainings in float32 and in bfloat16, pair by pair."""

from statistics import median
from typing import Any

import numpy as np

from bench.measure import Figure, Table
from contract.names import Profile
from experiments.fashion import compression, network
from experiments.fashion.data import load
from lib import metrics
from lib.data import Split
from lib.tracking import Workers
from lib.training.mode import Mode
from lib.training.precision import FLOAT32, MIXED, dtype_policy
from lib.tuning.workers import WorkerPool

SEEDS = range(1, 11)
CLASSIFIER = {"learning_rate": 1e-3, "dense_units": 128, "dropout": 0.0}
AUTOENCODER = {"latent_features": 16, "width": 16, "learning_rate": 2e-3}
BATCH_SIZE, EPOCHS = 64, 10


def figures() -> list[Figure | Table]:
    """Train both networks of `fashion` on the quick profile's data, ten seeds each way."""
    data = load(Profile.QUICK, 1).sample
    classifiers = _both(network.evaluate, CLASSIFIER, _labelled(data))
    images = {"x_train": data.x_train, "x_val": data.x_val}
    lengths: dict[str, Any] = {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "shown": ()}
    autoencoders = _both(compression.evaluate, AUTOENCODER, {**images, **lengths})
    rows = []
    found: list[Figure | Table] = []
    for name, metric, pairs in (
        ("classifier", "best_val_accuracy", classifiers),
        ("autoencoder", "val_reconstruction_error", autoencoders),
    ):
        full, mixed = (
            np.array([result.metrics[metric] for result in pairs[precision]["results"]])
            for precision in (FLOAT32, MIXED)
        )
        test = metrics.paired_t_test(mixed, full)
        seconds = [median(pairs[precision]["seconds"]) for precision in (FLOAT32, MIXED)]
        for seed, one, other in zip(SEEDS, full, mixed, strict=True):
            rows.append((name, str(seed), f"{one:.5f}", f"{other:.5f}", f"{other - one:+.5f}"))
        interval = f"{test.interval.low:+.5f} to {test.interval.high:+.5f}"
        means = f"{full.mean():.5f}", f"{mixed.mean():.5f}"
        rows.append((name, "mean", *means, f"{test.difference:+.5f} ({interval})"))
        loss = -test.difference if metric.endswith("accuracy") else test.difference / full.mean()
        found.append(
            Figure(
                f"{name}: what mixed precision loses",
                100 * loss,
                0.5 if metric.endswith("accuracy") else 1.0,
                "%",
                f"p = {test.p_value:.2f}; {seconds[0]:.1f} s a training in float32, "
                f"{seconds[1]:.1f} s mixed",
            )
        )
    columns = ("network", "seed", "float32", "mixed", "difference (95 % interval)")
    title = "Validation accuracy of the classifier and error of the autoencoder, by precision"
    return [*found, Table(title, columns, tuple(rows))]


def _labelled(data: Split) -> dict[str, Any]:
    lengths = {"batch_size": BATCH_SIZE, "max_epochs": EPOCHS, "patience": EPOCHS}
    return {**network.training_parts(data), **lengths}


def _both(evaluate: Any, values: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """Train with each seed in both precisions, the two of a seed one after the other."""
    found: dict[str, Any] = {p: {"results": [], "seconds": []} for p in (FLOAT32, MIXED)}
    for seed in SEEDS:
        for precision in (FLOAT32, MIXED):
            with WorkerPool(Workers(1, mode=Mode(dtype_policy(precision))), inputs) as pool:
                (outcome,) = pool.run(evaluate, [{"values": values, "seed": seed}])
            if outcome.error is not None:
                raise outcome.error
            found[precision]["results"].append(outcome.value)
            found[precision]["seconds"].append(outcome.seconds)
    return found
