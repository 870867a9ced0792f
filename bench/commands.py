"""Time and memory of the commands a person types: quick profile, real data."""

import tempfile
from statistics import median

from bench.measure import MEBIBYTE, Figure, run_process

RUN = ("-m", "experiments", "run", "fashion")
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
        builds = [run_process(*BUILD, report, **store) for _ in range(3)]
        again = run_process(*RUN, **store)
        if ": started" in again.output:
            raise RuntimeError(f"Expected nothing to run again. Received:\n{again.output}")
        verified = run_process("-m", "report", "verify", report, **store)
    build = median(process.seconds for process in builds)
    peak = max(process.peak for process in (first, again, *builds)) / MEBIBYTE
    return [
        Figure("quick study and report, from an empty store", first.seconds + build, 720.0, "s"),
        Figure("the same again, nothing changed", again.seconds + build, 15.0, "s"),
        Figure("report build", build, 8.0, "s", "median of 3"),
        Figure("report verify", verified.seconds, 5.0, "s"),
        Figure("peak memory, all processes", peak, 4096.0, "MiB"),
    ]
