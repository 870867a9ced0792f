"""Read an SQLite store directly, from the seven tables of MLflow's schema that a report needs.

They have not changed since 2019 (a test compares the results with MLflow's own). A file may contain
values that MLflow never writes, so every value is checked.
"""

import math
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from contract import addresses, names
from report.errors import ReportError
from report.store import schema
from report.store.entries import LOCAL_PAGE, Experiment, Point, Run, real
from report.store.readonly import LOCKED_SECONDS, ReadOnlyDatabase, Rows


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
        rows = self._database.query("SELECT version_num FROM alembic_version")
        if len(rows) != 1:
            raise ReportError(
                f"Expected MLflow's database with one version of its schema. Received: {path}"
                f" with {len(rows)}"
            )
        self._version = str(rows[0][0])
        schema.require_known(self._version, path)

    def _query(self, sql: str, *values: str) -> Rows:
        try:
            return self._database.query(sql, values)
        except ReportError as error:
            older = schema.upgrading(self._version)
            if "no such" not in error.message or not older:
                raise
            uri = shlex.quote(addresses.absolute(self._uri))
            raise ReportError(
                error.message + older, f"python -m mlflow db upgrade {uri}"
            ) from error

    def experiment(self, study: str) -> Experiment | None:
        """Find a study's experiment, even if deleted; None if it never ran."""
        tagged = self._query(
            "SELECT e.experiment_id, e.lifecycle_stage FROM experiments e"
            " JOIN experiment_tags t ON t.experiment_id = e.experiment_id"
            " WHERE t.key = ? AND t.value = ? ORDER BY e.lifecycle_stage",  # active, deleted
            names.STUDY,
            study,
        )
        rows = tagged or self._query(
            "SELECT experiment_id, lifecycle_stage FROM experiments WHERE name = ?", study
        )
        if not rows:
            return None
        experiment_id, lifecycle = rows[0]
        found = self._query(
            "SELECT key, value FROM experiment_tags WHERE experiment_id = ?", str(experiment_id)
        )
        tags = _texts("tag", found, f"experiment {study}")
        if tags.get(names.STUDY, study) != study:
            return None  # another study's, renamed
        return Experiment(str(experiment_id), study, lifecycle != "active", tags)

    def run(self, run_id: str) -> Run | None:
        """Find a run, even if deleted; None if there is none."""
        rows = self._query(
            "SELECT COALESCE(t.value, e.name), e.experiment_id, r.status, r.lifecycle_stage,"
            " r.end_time FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id"
            " LEFT JOIN experiment_tags t ON t.experiment_id = e.experiment_id AND t.key = ?"
            " WHERE r.run_uuid = ?",
            names.STUDY,
            run_id,
        )
        if not rows:
            return None
        study, experiment_id, status, lifecycle, ended = rows[0]
        params = self._query("SELECT key, value FROM params WHERE run_uuid = ?", run_id)
        tags = self._query("SELECT key, value FROM tags WHERE run_uuid = ?", run_id)
        latest = self._query(
            "SELECT key, value, is_nan FROM latest_metrics WHERE run_uuid = ?", run_id
        )
        where = f"run {run_id}"
        return Run(
            run_id=run_id,
            study=str(study),
            experiment_id=str(experiment_id),
            status=str(status),
            deleted=lifecycle != "active",
            ended=None if ended is None else _whole("end", ended, where),
            params=_texts("parameter", params, where),
            tags=_texts("tag", tags, where),
            metrics={
                key: _real(f"metric {key}", value, is_nan, where) for key, value, is_nan in latest
            },
        )

    def history(self, run_id: str, metric: str) -> list[Point]:
        """List all points of a metric, by step."""
        rows = self._query(
            "SELECT step, value, is_nan, timestamp FROM metrics WHERE run_uuid = ? AND key = ?"
            " ORDER BY step, timestamp, value",
            run_id,
            metric,
        )
        what, where = f"metric {metric}", f"run {run_id}"
        return [
            Point(
                step=_whole(f"the step of {what}", step, where),
                value=_real(what, value, is_nan, where),
                logged=_whole(f"the time of {what}", logged, where),
            )
            for step, value, is_nan, logged in rows
        ]

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
        """The folder of a run's artifacts: in this checkout, or else where the store says."""
        own = self.path.parent / names.artifact_folder(run.study, run.run_id)
        if own.is_dir():
            return own
        rows = self._query("SELECT artifact_uri FROM runs WHERE run_uuid = ?", run.run_id)
        stored = urlsplit(str(rows[0][0] or "") if rows else "")
        if stored.scheme not in {"", "file"}:
            raise ReportError(
                f"Expected the artifacts of run {run.run_id} in files beside {self.path}."
                f" Received: {stored.scheme}://…; set MLFLOW_TRACKING_URI to the server's address."
            )
        return Path(unquote(stored.path).replace("\0", ""))


def _timeout(uri: str) -> float:
    """Seconds to wait for a lock: from the address, or our default."""
    text = addresses.query(uri).get("timeout", "")
    try:
        return float(text) if text else LOCKED_SECONDS
    except ValueError:
        raise ReportError(f"Expected seconds as timeout in {uri}. Received: {text}") from None


def _texts(kind: str, rows: Iterable[tuple[Any, ...]], where: str) -> dict[str, str]:
    found = {}
    for key, value in rows:
        if not isinstance(value, str):
            raise ReportError(
                f"Expected a text as {kind} {key} of {where}. Received: {value!r:.80}"
            )
        found[str(key)] = value
    return found


def _real(what: str, value: object, is_nan: object, where: str) -> float:
    if is_nan:
        return math.nan
    if not isinstance(value, int | float):
        raise ReportError(f"Expected a number as {what} of {where}. Received: {value!r:.80}")
    return real(value)


def _whole(what: str, value: object, where: str) -> int:
    if not isinstance(value, int):
        raise ReportError(f"Expected a whole number as {what} of {where}. Received: {value!r:.80}")
    return value
