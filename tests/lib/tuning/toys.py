"""Functions that stand in for training, so that searches can be tested in no time.

Workers import this module by name, so they live here and not in the tests.
"""

import os
import signal
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from joblib.externals.loky import process_executor

from lib.tracking import Results, Workers
from lib.tracking.results import Scalar
from lib.tracking.runs.trials import trial_name
from lib.tuning import processes
from lib.tuning.workers import WorkerPool

Values = Mapping[str, Any]
kept: list[np.ndarray] = []


def side_by_side(
    function: Callable[..., Any],
    jobs: Sequence[Mapping[str, Any]],
    *,
    workers: Workers,
    **inputs: Any,
) -> list[Any]:
    """Have workers call a function, and give what it returned, or raise what it raised."""
    values: dict[int, Any] = {}
    with WorkerPool(workers, inputs) as pool:
        for outcome in pool.run(function, jobs):
            if outcome.error is not None:
                raise outcome.error
            values[outcome.job] = outcome.value
    return [values[job] for job in range(len(jobs))]


@dataclass
class MemoryLog:
    """A trial log that remembers; a second search with it is a resumed one."""

    finished: dict[tuple[object, ...], Results] = field(default_factory=dict)
    recorded: list[int] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def find(self, values: Mapping[str, Scalar], seed: int) -> Results | None:
        return self.finished.get((*sorted(values.items()), seed))

    def record(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        results: Results,
        *,
        varied: Collection[str] = (),
    ) -> None:
        self.names.append(trial_name(values, seed, varied))
        self.recorded.append(number)
        self.finished[(*sorted(values.items()), seed)] = results

    def record_failure(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        reason: str,
        *,
        varied: Collection[str] = (),
    ) -> None:
        self.names.append(trial_name(values, seed, varied))
        self.failures[number] = reason


def hill(values: Values, *, seed: int, slowness: float = 0.0) -> Results:
    """Score highest at rate 0.01 and 5 layers; trials end out of order."""
    time.sleep(slowness * (values["layers"] % 3))
    score = 1.0 - (np.log10(values["rate"]) + 2) ** 2 / 20 - (values["layers"] - 5) ** 2 / 100
    curve = [score - 0.2, score, score - 0.1]
    return Results(
        metrics={"best_val_score": score, "of_seed": float(seed % 1000)},
        curves={"val_score": curve, "train_loss": [3.0, 2.0, 1.0]},
    )


def learner(values: Values, *, seed: int, epochs: int) -> Results:
    """Score better with every epoch, towards what the rate allows."""
    limit = 1.0 - (values["rate"] - 0.3) ** 2
    curve = [limit * (1 - 0.5**epoch) for epoch in range(1, epochs + 1)]
    return Results(
        metrics={"best_val_score": curve[-1], "of_seed": float(seed)}, curves={"val_score": curve}
    )


def failing(values: Values, *, seed: int, failing: tuple[int, ...]) -> Results:
    """Raise for some units."""
    if values["units"] in failing:
        raise ArithmeticError(f"Expected a finite train_loss. Received: {values['units']}")
    return Results(metrics={"val_score": 1.0 / values["units"] + seed * 1e-12})


def dying(units: int, *, folder: Path) -> int:
    """Note the attempt; unit 1 kills its process at the first, unit 2 at every one."""
    attempts = len(list(folder.glob(f"{units}-*")))
    (folder / f"{units}-{attempts}").touch()
    if units == 2 or (units == 1 and attempts == 0):
        time.sleep(0.2)  # so that the other worker is at work
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.4)
    return units


def without_objective(values: Values, *, seed: int) -> Results:
    """Forget to return the objective."""
    return Results(metrics={"val_loss": float(len(values) + seed)})


def surroundings(number: int, images: np.ndarray, label: str) -> dict[str, Any]:
    """Describe the worker, and what reached it."""
    return {
        "number": number,
        "pid": os.getpid(),
        "cores": len(os.sched_getaffinity(0)),
        "threads": os.environ["OMP_NUM_THREADS"] + os.environ["TF_NUM_INTRAOP_THREADS"],
        "mapped": isinstance(images, np.memmap),
        "writeable": images.flags.writeable,
        "sum": int(images.sum()),
        "label": label,
    }


def keeping(size: int, limit: int = processes.LEAK) -> tuple[int, int]:
    """Keep as many bytes for good; give the worker's number and by how much it might grow so far.

    From now on it may grow by `limit`.
    """
    allowed = process_executor._MAX_MEMORY_LEAK_SIZE
    process_executor._MAX_MEMORY_LEAK_SIZE = limit
    kept.append(np.ones(size, np.uint8))
    if limit < processes.LEAK:
        time.sleep(1.1)  # joblib measures once a second
    return os.getpid(), allowed


def sleeping(seconds: float, folder: Path) -> None:
    """Leave the process's id and sleep."""
    (folder / str(os.getpid())).touch()
    time.sleep(seconds)


def fail_for(number: int, failing: int) -> int:
    """Raise what cannot be pickled and read back, for one job."""
    if number == failing:
        raise StubbornError(number, "of its own kind")
    return number * number


class StubbornError(Exception):
    """Cannot be read back from its pickle, which holds one argument where it needs two."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"{number}: {reason}")
