"""Read runs from the tracking store; the one place of `report` that knows MLflow.

Importing MLflow and opening a database through its client takes five seconds, more than laying
out a whole report. An SQLite store is therefore read directly, and only read: from the seven
tables of MLflow's schema that have been the same since 2019 (a test compares the two readings).
Any other store is a server's and is asked through MLflow's client.
"""

import math
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from contract import names
from report.errors import ReportError

ROOT = Path(__file__).resolve().parents[2]
LOCAL_PAGE = "http://127.0.0.1:5000"  # where `tox run -e ui` serves MLflow's page


@dataclass(frozen=True)
class Point:
    """One logged value of a metric."""

    step: int
    value: float


@dataclass(frozen=True)
class Run:
    """A run as the store holds it; of each metric the value at its greatest step."""

    run_id: str
    name: str
    study: str
    experiment_id: str
    status: str
    deleted: bool
    ended: int | None  # milliseconds since 1970
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Experiment:
    """An MLflow experiment: one study."""

    experiment_id: str
    name: str
    tags: Mapping[str, str]


class Store(Protocol):
    """What a report asks of a tracking store."""

    page: str  # address of MLflow's page over this store

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment; None where it never ran."""

    def run(self, run_id: str) -> Run | None:
        """Find a run, deleted ones included; None where there is none."""

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step; the last is the one that `Run.metrics` holds."""

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None where the run has none of that path."""

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""


def store_uri(root: Path = ROOT) -> str:
    """Address of the store: `MLFLOW_TRACKING_URI`, else the database in the project's folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{root / 'mlruns' / 'mlflow.db'}"


def open_store(uri: str) -> Store:
    """Open a store for reading.

    Args:
        uri: `sqlite:///PATH`, or whatever else MLflow takes (`http://…`, `postgresql://…`).

    Raises:
        ReportError: there is no such database, or it is not MLflow's.
    """
    if uri.startswith("sqlite:///"):
        return SqliteStore(Path(uri.removeprefix("sqlite:///")))
    return ServerStore(uri)


class SqliteStore:
    """A store in an SQLite file with its artifacts in a folder beside it."""

    page = LOCAL_PAGE

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise ReportError(f"Expected a tracking store. Received: nothing at {path}.")
        try:
            with self._query("SELECT version_num FROM alembic_version", ()):
                pass
        except sqlite3.DatabaseError as error:
            raise ReportError(f"Expected MLflow's database. Received: {path} ({error}).") from error

    @contextmanager
    def _query(self, sql: str, values: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
        uri = f"{self.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
            yield connection.execute(sql, values).fetchall()

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment; None where it never ran."""
        found = "SELECT experiment_id, name FROM experiments WHERE name = ? AND lifecycle_stage = ?"
        with self._query(found, (study, "active")) as rows:
            if not rows:
                return None
            experiment_id, name = rows[0]
        tags = "SELECT key, value FROM experiment_tags WHERE experiment_id = ?"
        with self._query(tags, (str(experiment_id),)) as rows:
            return Experiment(str(experiment_id), name, dict(rows))

    def run(self, run_id: str) -> Run | None:
        """Find a run, deleted ones included; None where there is none."""
        found = (
            "SELECT r.name, e.name, e.experiment_id, r.status, r.lifecycle_stage, r.end_time"
            " FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id"
            " WHERE r.run_uuid = ?"
        )
        with self._query(found, (run_id,)) as rows:
            if not rows:
                return None
            name, study, experiment_id, status, lifecycle, ended = rows[0]
        with self._query("SELECT key, value FROM params WHERE run_uuid = ?", (run_id,)) as rows:
            params = dict(rows)
        with self._query("SELECT key, value FROM tags WHERE run_uuid = ?", (run_id,)) as rows:
            tags = dict(rows)
        latest = "SELECT key, value, is_nan FROM latest_metrics WHERE run_uuid = ?"
        with self._query(latest, (run_id,)) as rows:
            metrics = {key: math.nan if is_nan else value for key, value, is_nan in rows}
        return Run(
            run_id=run_id,
            name=name or "",
            study=study,
            experiment_id=str(experiment_id),
            status=status,
            deleted=lifecycle != "active",
            ended=ended,
            params=params,
            tags=tags,
            metrics=metrics,
        )

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step."""
        points = (
            "SELECT step, value, is_nan FROM metrics WHERE run_uuid = ? AND key = ?"
            " ORDER BY step, timestamp, value"
        )
        with self._query(points, (run_id, metric)) as rows:
            return [
                Point(step=step, value=math.nan if is_nan else value)
                for step, value, is_nan in rows
            ]

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None where the run has none of that path."""
        file = self._folder(run) / path
        return file.read_bytes() if file.is_file() else None

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""
        place = self._folder(run) / folder
        return sorted(file.name for file in place.iterdir()) if place.is_dir() else []

    def _folder(self, run: Run) -> Path:
        """Where this checkout keeps a run's artifacts, else where the store says they were put."""
        own = self.path.parent / names.artifact_folder(run.study, run.run_id)
        if own.is_dir():
            return own
        with self._query("SELECT artifact_uri FROM runs WHERE run_uuid = ?", (run.run_id,)) as rows:
            stored = urlsplit(rows[0][0] or "")
        if stored.scheme not in {"", "file"}:
            raise ReportError(
                f"Expected the artifacts of run {run.run_id} in files beside {self.path}."
                f" Received: {stored.scheme}://…; set MLFLOW_TRACKING_URI to the server's address."
            )
        return Path(unquote(stored.path))


class ServerStore:
    """A store behind MLflow's client: a tracking server, or another kind of database."""

    def __init__(self, uri: str) -> None:
        # Imported here because it takes seconds that an SQLite store need not pay.
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one a file
        from mlflow import MlflowClient

        self.page = uri.rstrip("/") if uri.startswith("http") else LOCAL_PAGE
        self._client = MlflowClient(tracking_uri=uri)

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment; None where it never ran."""
        found = self._client.get_experiment_by_name(study)
        if found is None or found.lifecycle_stage != "active":
            return None
        return Experiment(found.experiment_id, found.name, dict(found.tags))

    def run(self, run_id: str) -> Run | None:
        """Find a run, deleted ones included; None where there is none."""
        from mlflow.exceptions import MlflowException

        try:
            found = self._client.get_run(run_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise ReportError(f"The tracking server did not answer: {error}") from error
        return Run(
            run_id=run_id,
            name=found.info.run_name,
            study=self._client.get_experiment(found.info.experiment_id).name,
            experiment_id=found.info.experiment_id,
            status=found.info.status,
            deleted=found.info.lifecycle_stage != "active",
            ended=found.info.end_time,
            params=found.data.params,
            tags=found.data.tags,
            metrics=found.data.metrics,
        )

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step."""
        points = self._client.get_metric_history(run_id, metric)
        ordered = sorted(points, key=lambda point: (point.step, point.timestamp, point.value))
        return [Point(step=point.step, value=point.value) for point in ordered]

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None where the run has none of that path."""
        folder = PurePosixPath(path).parent
        if PurePosixPath(path).name not in self.artifacts(run, str(folder)):
            return None
        return Path(self._client.download_artifacts(run.run_id, path)).read_bytes()

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""
        inside = "" if folder == "." else folder
        found = self._client.list_artifacts(run.run_id, inside)
        return sorted(PurePosixPath(item.path).name for item in found if not item.is_dir)
