"""Time and memory of the commands a person types: quick profile, real data."""

import tempfile
from statistics import median

from bench.measure import MEBIBYTE, Figure, Process, run_process

RUN = ("-m", "experiments", "run", "fashion")
STATUS = ("-m", "experiments", "status", "fashion")
ROUNDS = 3
BUILD = ("-m", "report", "build", "fashion", "--output")


def figures() -> list[Figure]:
    """Run the study from nothing, run it again, and build its report.

    Raises:
        RuntimeError: a command failed, or the second run trained again.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
        first = run_process(*RUN, **store)
        report = f"{folder}/fashion.pdf"
        builds = [run_process(*BUILD, report, **store) for _ in range(ROUNDS)]
        again = [run_process(*RUN, **store) for _ in range(ROUNDS)]
        for process in again:
            if ": started" in process.output:
                raise RuntimeError(f"Expected nothing to run again. Received:\n{process.output}")
        status = [run_process(*STATUS, **store) for _ in range(ROUNDS)]
        help_ = [run_process("-m", "experiments", "--help", **store) for _ in range(ROUNDS)]
        verified = run_process("-m", "report", "verify", report, **store)
    build = _seconds(builds)
    peak = max(process.peak for process in (first, *again, *builds)) / MEBIBYTE
    how = f"median of {ROUNDS}"
    return [
        Figure("quick study and report, from an empty store", first.seconds + build, 280.0, "s"),
        Figure("the study again, nothing changed", _seconds(again), 5.0, "s", how),
        Figure("status", _seconds(status), 2.0, "s", how),
        Figure("--help", _seconds(help_), 0.5, "s", how),
        Figure("report build", build, 8.0, "s", how),
        Figure("report verify", verified.seconds, 5.0, "s"),
        Figure("peak memory, all processes", peak, 4096.0, "MiB"),
    ]


def _seconds(processes: list[Process]) -> float:
    return median(process.seconds for process in processes)
