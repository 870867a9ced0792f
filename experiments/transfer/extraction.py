"""Compute a frozen network's features of all images, and how well class means classify them."""

import resource
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.transfer import borrowed
from lib import training
from lib.data import Split
from lib.tracking import Results

if TYPE_CHECKING:
    import pandas as pd


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    size: int,
    data: Split,
) -> Results:
    """Compute one network's features of all images, none of them augmented.

    Args:
        values: `network`, one of `borrowed.NETWORKS`.
        seed: seeds a stand-in's weights.
        size: height and width that images are enlarged to, pixels.
        data: photographs (n, side, side, 3).

    Returns:
        Arrays `train`, `val` and `test`, (n, features) float32 each; images per second,
        and the accuracy of the nearest class mean on the validation images.
    """
    training.set_seed(seed)
    network = borrowed.borrow(values["network"], size)
    model = borrowed.features(network, data.x_train.shape[1])
    training.predict(model, data.x_train[: borrowed.BATCH_SIZE])  # traces it before it is timed
    started = time.perf_counter()
    parts = {
        name: training.predict(model, images, borrowed.BATCH_SIZE)
        for name, images, _ in data.parts()
    }
    seconds = time.perf_counter() - started
    images = sum(len(part) for part in parts.values())
    means = np.stack(
        [parts["train"][data.y_train == label].mean(axis=0) for label in np.unique(data.y_train)]
    )
    away = np.square(parts["val"][:, np.newaxis] - means).sum(axis=2)
    return Results(
        metrics={
            "val_nearest_mean_accuracy": float(np.mean(away.argmin(axis=1) == data.y_val)),
            "images": images,
            "seconds": seconds,
            "images_per_second": images / seconds,
            "features": parts["train"].shape[1],
            "parameters": network.backbone.count_params(),
            "peak_memory_bytes": _peak_memory(),
        },
        params={"name": network.name},
        arrays=parts,
    )


def tabulate(results: Mapping[str, Results]) -> "pd.DataFrame":
    """Tabulate the results of `evaluate`, keyed by network: one row per network."""
    import pandas as pd

    columns = {
        "features": int,
        "parameters": int,
        "val_nearest_mean_accuracy": float,
        "images_per_second": float,
        "peak_memory_bytes": int,
    }
    rows = [
        {
            "network": network,
            "name": found.params["name"],
            **{column: kind(found.metrics[column]) for column, kind in columns.items()},
        }
        for network, found in results.items()
    ]
    return pd.DataFrame(rows)


def _peak_memory() -> int:
    """Return the peak memory of this process so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
