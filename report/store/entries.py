"""A tracking store's contents as a report reads them: experiments, runs and metric points."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from contract import names

LOCAL_PAGE = "http://127.0.0.1:5000"  # where `tox run -e ui` serves MLflow's web interface


@dataclass(frozen=True)
class Point:
    """One logged value of a metric."""

    step: int
    value: float
    logged: int  # milliseconds since 1970


@dataclass(frozen=True)
class Run:
    """A run in the store, with each metric's value at its greatest step.

    The name shown in MLflow's web interface can be edited there, so it is not used.
    """

    run_id: str
    study: str
    experiment_id: str
    status: str
    deleted: bool
    ended: int | None  # milliseconds since 1970
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]

    @property
    def name(self) -> str:
        """Its original name, taken from its tags: `classification.initial`."""
        experiment, stage = (
            self.tags.get(tag, "") for tag in (names.Tag.EXPERIMENT, names.Tag.STAGE)
        )
        return names.run_name(experiment, stage)


@dataclass(frozen=True)
class Experiment:
    """An MLflow experiment: one study."""

    experiment_id: str
    name: str
    deleted: bool
    tags: Mapping[str, str]


class Store(Protocol):
    """What a report can read from a tracking store.

    If the store is unreachable, damaged or contains something MLflow never writes, it raises a
    `ReportError`.
    """

    page: str  # URL of MLflow's web interface for this store

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment, even if deleted; None if it never ran."""

    def run(self, run_id: str) -> Run | None:
        """Find a run, even if deleted; None if there is none."""

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step; the last is the one that `Run.metrics` holds."""

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None if the run has none at that path."""

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""


def real(value: float) -> float:
    """Convert a stored metric value: MLflow stores infinity as the largest float.

    >>> real(0.5), real(1.7976931348623157e308)
    (0.5, inf)
    """
    return math.copysign(math.inf, value) if abs(value) >= sys.float_info.max else float(value)
