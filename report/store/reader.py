"""Open the tracking store for reading; the only module of `report` that uses MLflow.

Importing MLflow and opening a database through its client takes five seconds, more than laying
out a whole report. An SQLite store is therefore read directly, by `report.store.database`; a
tracking server is asked through MLflow's client.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from contract import addresses, names
from contract.definitions import ROOT
from report.errors import ReportError
from report.store import server
from report.store.database import SqliteStore
from report.store.entries import LOCAL_PAGE, Experiment, Point, Run, Store, real

__all__ = [
    "LOCAL_PAGE", "ROOT", "Experiment", "Point", "Run", "ServerStore", "SqliteStore", "Store",
    "open_store", "store_uri",
]  # fmt: skip
Result = TypeVar("Result")
ALL = 3  # MLflow's `ViewType.ALL`: deleted experiments too


def store_uri(root: Path = ROOT) -> str:
    """Return the address of the store: `MLFLOW_TRACKING_URI`, or the database in the project."""
    return addresses.named(root)


def open_store(uri: str) -> Store:
    """Open a store for reading.

    Args:
        uri: address of an SQLite file or a tracking server, see `contract.addresses`.

    Raises:
        ReportError: the store does not exist, is not MLflow's, or does not answer.
    """
    try:
        return ServerStore(uri) if addresses.database(uri) is None else SqliteStore(uri)
    except addresses.AddressError as error:
        raise ReportError(str(error)) from error


class ServerStore:
    """A tracking server, read through MLflow's client.

    Raises:
        ReportError: from every method, if the server is unreachable, slow or not a tracking server.
    """

    def __init__(self, uri: str) -> None:
        self.page = LOCAL_PAGE
        if uri.startswith("http"):  # otherwise a file, read through MLflow for comparison
            self.page = server.without_password(uri).rstrip("/")
            server.require_reachable(uri)
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one per file
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        # Imported here because it takes seconds, and SQLite stores do not need it.
        from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        self._uri = uri
        self._errors = (MlflowException, ParseError)
        self._client = MlflowClient(tracking_uri=uri)
        # Any web server can deny that an experiment exists; only a tracking server lists some.
        self._ask(lambda: list(self._client.search_experiments(max_results=1)))

    def _ask(self, question: Callable[[], Result], seconds: float | None = None) -> Result:
        return server.ask(self._uri, question, self._errors, seconds or server.ANSWER_SECONDS)

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment, even if deleted; None if it never ran."""

        def find() -> Experiment | None:
            tagged = self._client.search_experiments(
                view_type=ALL, filter_string=f"tags.`{names.STUDY}` = '{study}'"
            )
            tagged = sorted(tagged, key=lambda each: each.lifecycle_stage != "active")
            found = tagged[0] if tagged else self._client.get_experiment_by_name(study)
            if found is None or found.tags.get(names.STUDY, study) != study:
                return None
            deleted = found.lifecycle_stage != "active"
            return Experiment(str(found.experiment_id), study, deleted, dict(found.tags))

        return self._ask(find)

    def run(self, run_id: str) -> Run | None:
        """Find a run, even if deleted; None if there is none."""
        from mlflow.exceptions import MlflowException

        def find() -> Run | None:
            try:
                found = self._client.get_run(run_id)
            except MlflowException as error:
                if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
                    return None
                raise
            experiment = self._client.get_experiment(found.info.experiment_id)
            return Run(
                run_id=run_id,
                study=experiment.tags.get(names.STUDY, experiment.name),
                experiment_id=found.info.experiment_id,
                status=found.info.status,
                deleted=found.info.lifecycle_stage != "active",
                ended=found.info.end_time,
                params=found.data.params,
                tags=found.data.tags,
                metrics={key: real(value) for key, value in found.data.metrics.items()},
            )

        return self._ask(find)

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step; the last is the one that `Run.metrics` holds."""
        points = self._ask(lambda: list(self._client.get_metric_history(run_id, metric)))
        found = [Point(point.step, real(point.value), point.timestamp) for point in points]
        return sorted(found, key=lambda point: (point.step, point.logged, point.value))

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None if the run has none at that path."""
        folder = PurePosixPath(path).parent
        if PurePosixPath(path).name not in self.artifacts(run, str(folder)):
            return None

        def download() -> bytes:
            with tempfile.TemporaryDirectory(prefix="vouch-artifact-") as place:
                return Path(self._client.download_artifacts(run.run_id, path, place)).read_bytes()

        return self._ask(download, server.FILE_SECONDS)

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""
        inside = "" if folder == "." else folder
        found: list[Any] = self._ask(lambda: list(self._client.list_artifacts(run.run_id, inside)))
        return sorted(PurePosixPath(item.path).name for item in found if not item.is_dir)
