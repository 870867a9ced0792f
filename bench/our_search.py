"""The same search as `plain_search`, as a study runs it: workers, mixed precision, tracking.

python -m bench.our_search IMAGES.npz STORE TRIALS.json
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from contract.names import DataSource, Profile
from experiments.fashion.network import evaluate, training_parts
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import Apart, Choice, GridSearch, search


def grid(
    data: Split,
    *,
    seed: int,
    learning_rates: Sequence[float],
    dense_units: Sequence[int],
    epochs: int,
    batch_size: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Try every pair for the same number of epochs."""
    found = search(
        evaluate,
        {
            "learning_rate": Choice(*learning_rates),
            "dense_units": Choice(*dense_units),
            "dropout": Choice(0.0),
        },
        GridSearch(),
        objective="best_val_accuracy",
        seed=seed,
        trials=trials,
        workers=workers,
        max_epochs=epochs,
        patience=epochs,
        batch_size=batch_size,
        **training_parts(data),
    )
    return Results(tables={"trials": found.table()})


def main() -> None:
    """Search, and write each trial's best validation accuracy."""
    given: dict[str, Any] = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    del given["decay"]  # the network's own
    with np.load(sys.argv[1]) as arrays:
        data = {name: arrays[name] for name in arrays.files}
    nothing = {"x_test": data["x_val"][:0], "y_test": data["y_val"][:0]}
    split = Split(
        **data,
        **nothing,
        class_names=tuple("0123456789"),
        name="benchmark",
        source=DataSource.REAL,
    )
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{sys.argv[2]}/mlflow.db"
    workers = Workers(len(os.sched_getaffinity(0)))
    study = Study("bench", profile=Profile.QUICK, workers=workers, compute=Apart(workers))
    found = study.stage(grid, precision=MIXED, data=split, **given)
    scores = found.tables["trials"]["best_val_accuracy"]
    sys.stdout.write(json.dumps(sorted(scores, reverse=True)) + "\n")


if __name__ == "__main__":
    main()
