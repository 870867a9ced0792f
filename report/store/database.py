"""Read an SQLite store directly, from the six tables of MLflow's schema that a report needs.

They have not changed since 2019 (a test compares the results with MLflow's own). A file may contain
values that MLflow never writes, so every value is checked.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from contract import addresses, names
from contract.sqlite_runs import Rows, SqliteRuns
from report.errors import ReportError
from report.store import schema
from report.store.entries import LOCAL_PAGE, Experiment, Point, Run, real
from report.store.readonly import LOCKED_SECONDS, ReadOnlyDatabase


class SqliteStore:
    """A store in an SQLite file, with its artifacts in a folder next to it.

    Args:
        uri: its address.

    Raises:
        ReportError: the file does not exist, is not MLflow's, or was written by a newer MLflow.
    """

    page = LOCAL_PAGE

    def __init__(self, uri: str) -> None:
        path = addresses.database(uri)
        if path is None:
            raise ReportError(f"Expected the address of an SQLite file. Received: {uri}")
        self.path, self._uri = path, uri
        self._database = ReadOnlyDatabase(path, _timeout(uri))
        self._runs = SqliteRuns(self._query)
        self._version = ""
        versions = self._runs.schemas()
        if len(versions) != 1:
            raise ReportError(
                f"Expected MLflow's database with one version of its schema. Received: {path}"
                f" with {len(versions)}"
            )
        self._version = versions[0]
        schema.require_known(self._version, path)

    def _query(self, sql: str, values: tuple[str, ...]) -> Rows:
        try:
            return self._database.query(sql, values)
        except ReportError as error:
            older = schema.upgrading(self._version) if self._version else ""
            if "no such" not in error.message or not older:
                raise
            uri = shlex.quote(addresses.absolute(self._uri))
            raise ReportError(
                error.message + older, f"python -m mlflow db upgrade {uri}"
            ) from error

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment, even if deleted; None if it never ran."""
        found = self._runs.experiment_tagged(names.STUDY, study)
        found = found or self._runs.experiment_named(study)
        if found is None:
            return None
        tags = _texts("tag", found.tags, f"experiment {study}")
        if tags.get(names.STUDY, study) != study:
            return None  # another study's, renamed
        deleted = found.lifecycle_stage != "active"
        return Experiment(found.experiment_id, study, deleted, tags)

    def run(self, run_id: str) -> Run | None:
        """Find a run, even if deleted; None if there is none."""
        found = self._runs.run(run_id)
        experiment = None if found is None else self._runs.experiment(found.info.experiment_id)
        if found is None or experiment is None:
            return None
        info, data, where = found.info, found.data, f"run {run_id}"
        return Run(
            run_id=run_id,
            study=str(experiment.tags.get(names.STUDY, experiment.name)),
            experiment_id=info.experiment_id,
            status=str(info.status),
            deleted=info.lifecycle_stage != "active",
            ended=None if info.end_time is None else _whole("end", info.end_time, where),
            params=_texts("parameter", data.params, where),
            tags=_texts("tag", data.tags, where),
            metrics={
                str(key): _real(f"metric {key}", value, where)
                for key, value in data.metrics.items()
            },
        )

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step."""
        what, where = f"metric {metric}", f"run {run_id}"
        found = [
            Point(
                step=_whole(f"the step of {what}", point.step, where),
                value=_real(what, point.value, where),
                logged=_whole(f"the time of {what}", point.timestamp, where),
            )
            for point in self._runs.history(run_id, metric)
        ]
        return sorted(found, key=lambda point: (point.step, point.logged, point.value))

    def artifact(self, run: Run, path: str) -> bytes | None:
        """Read an artifact; None if the run has none at that path."""
        file = self._folder(run) / path
        try:
            return file.read_bytes() if file.is_file() else None
        except OSError as error:
            raise ReportError(f"Expected to read {file}. Received: {error.strerror}") from error

    def artifacts(self, run: Run, folder: str) -> list[str]:
        """List the names of a run's files in a folder."""
        place = self._folder(run) / folder
        try:
            return sorted(file.name for file in place.iterdir()) if place.is_dir() else []
        except OSError as error:
            raise ReportError(f"Expected to read {place}. Received: {error.strerror}") from error

    def _folder(self, run: Run) -> Path:
        """Find the folder of a run's artifacts: in this checkout, or else where the store says."""
        own = self.path.parent / names.artifact_folder(run.study, run.run_id)
        if os.path.isdir(own):  # noqa: PTH112  # `Path.is_dir` raises where a name is too long
            return own
        found = self._runs.run(run.run_id)
        stored = urlsplit(str(found.info.artifact_uri or "") if found is not None else "")
        if stored.scheme not in {"", "file"}:
            raise ReportError(
                f"Expected the artifacts of run {run.run_id} in files beside {self.path}."
                f" Received: {stored.scheme}://…; set MLFLOW_TRACKING_URI to the server's address."
            )
        return Path(unquote(stored.path).replace("\0", ""))


def _timeout(uri: str) -> float:
    """Return the seconds to wait for a lock: from the address, or our default."""
    text = addresses.query(uri).get("timeout", "")
    try:
        return float(text) if text else LOCKED_SECONDS
    except ValueError:
        raise ReportError(f"Expected seconds as timeout in {uri}. Received: {text}") from None


def _texts(kind: str, values: Mapping[str, object], where: str) -> dict[str, str]:
    found = {}
    for key, value in values.items():
        if not isinstance(value, str):
            raise ReportError(
                f"Expected a text as {kind} {key} of {where}. Received: {value!r:.80}"
            )
        found[str(key)] = value
    return found


def _real(what: str, value: object, where: str) -> float:
    if not isinstance(value, int | float):
        raise ReportError(f"Expected a number as {what} of {where}. Received: {value!r:.80}")
    return real(value)


def _whole(what: str, value: object, where: str) -> int:
    if not isinstance(value, int):
        raise ReportError(f"Expected a whole number as {what} of {where}. Received: {value!r:.80}")
    return value
