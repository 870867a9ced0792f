"""What a tracking store holds, as a report sees it: experiments, runs and points of metrics."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from contract import names

LOCAL_PAGE = "http://127.0.0.1:5000"  # where `tox run -e ui` serves MLflow's page


@dataclass(frozen=True)
class Point:
    """One logged value of a metric."""

    step: int
    value: float
    logged: int  # milliseconds since 1970


@dataclass(frozen=True)
class Run:
    """A run as the store holds it; of each metric the value at its greatest step.

    The name that MLflow's page shows can be edited there, so it is not read at all.
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
        """The name it was given, by its tags: `classification.initial`."""
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
    """What a report asks of a tracking store.

    Whatever it cannot answer, since the store is away, damaged or holds what MLflow never writes,
    it says in a `ReportError`.
    """

    page: str  # address of MLflow's page over this store

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment, a deleted one included; None where it never ran."""

    def run(self, run_id: str) -> Run | None:
        """Find a run, deleted ones included; None where there is none."""

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step; the last is the one that `Run.metrics` holds."""

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None where the run has none of that path."""

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""


def real(value: float) -> float:
    """Read a metric's value: where it cannot hold infinity, MLflow writes the greatest float.

    >>> real(0.5), real(1.7976931348623157e308)
    (0.5, inf)
    """
    return math.copysign(math.inf, value) if abs(value) >= sys.float_info.max else float(value)
