"""What both sides read of a tracking store: experiments and runs, named as MLflow names them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    """An MLflow experiment; its name is the study's."""

    experiment_id: str
    name: str
    artifact_location: str | None
    lifecycle_stage: str  # "active" or "deleted"
    tags: Mapping[str, str]


@dataclass(frozen=True)
class RunInfo:
    """A run's attributes."""

    run_id: str
    run_name: str | None
    experiment_id: str
    status: str  # "RUNNING", "FINISHED", "FAILED", "KILLED" or "SCHEDULED"
    start_time: int  # milliseconds since 1970
    end_time: int | None
    lifecycle_stage: str  # "active" or "deleted"
    artifact_uri: str | None


@dataclass(frozen=True)
class RunData:
    """What was logged to a run.

    Args:
        metrics: for each metric, the value at its greatest step; if there are several, the last one
            logged; in case of a tie, the greatest.
        params: parameters, as strings.
        tags: tags, as strings.
    """

    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """A run."""

    info: RunInfo
    data: RunData


@dataclass(frozen=True)
class Metric:
    """One logged value of a metric."""

    key: str
    value: float
    timestamp: int  # milliseconds since 1970
    step: int


@dataclass(frozen=True)
class ModelOutput:
    """A logged model that a run shows as its own."""

    model_id: str
    step: int
