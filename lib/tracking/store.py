"""Open the tracking store: an SQLite file under the project's root, or a server.

This package is the only writer to MLflow. MLflow takes seconds to import, so it is imported where
it is used: worker processes and `--help` never pay for it.
"""

import contextlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from contract.definitions import ROOT
from lib import progress

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

SQLITE = "sqlite:///"
READDRESS_EXPERIMENTS = (
    "UPDATE experiments SET artifact_location = ? || substr(artifact_location, ?) "
    "WHERE substr(artifact_location, 1, ?) = ?"
)
READDRESS_RUNS = (
    "UPDATE runs SET artifact_uri = ? || substr(artifact_uri, ?) "
    "WHERE substr(artifact_uri, 1, ?) = ?"
)
UNFINISHED = "Expected a tracking store that answers. Received: {uri} ({reason})"


class StoreError(RuntimeError):
    """The tracking store cannot be opened, read or written."""


@dataclass(frozen=True)
class Location:
    """Where the store is.

    Args:
        uri: MLflow's tracking URI.
        folder: the folder that holds the SQLite file, `artifacts/` and `locks/`; None for a server.
    """

    uri: str
    folder: Path | None

    def artifacts(self, study: str) -> str | None:
        """Folder of a study's artifacts; None where the server decides."""
        return None if self.folder is None else (self.folder / "artifacts" / study).as_uri()

    def lock(self, name: str) -> FileLock:
        """A lock between the processes of this machine that use this store."""
        folder = self.folder or Path(tempfile.gettempdir()) / f"vouch-locks-{os.getuid()}"
        locks = folder / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        return FileLock(locks / f"{name}.lock")


def locate() -> Location:
    """Find the store: `MLFLOW_TRACKING_URI`, else `mlruns/mlflow.db` under the project's root.

    Raises:
        StoreError: the variable names a store that MLflow no longer has, such as a folder.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"{SQLITE}{ROOT / 'mlruns' / 'mlflow.db'}"
    if uri.startswith(SQLITE):
        path = Path(uri.removeprefix(SQLITE))
        return Location(f"{SQLITE}{path.absolute()}", path.absolute().parent)
    if uri.startswith(("http://", "https://")):
        return Location(uri, None)
    raise StoreError(
        "Expected MLFLOW_TRACKING_URI to begin with sqlite:///, http:// or https://. "
        f"Received: {uri}"
    )


def connect(location: Location) -> "MlflowClient":
    """Open the store, made and migrated first where that is needed.

    Several processes may do so at once: the first one makes it, under a lock.

    Raises:
        StoreError: the server does not answer, or the file is no store.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one a file
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    if location.folder is not None:
        _prepare(location)
    client = MlflowClient(tracking_uri=location.uri)
    try:
        client.search_experiments(max_results=1)
    except MlflowException as error:
        reason = str(error).splitlines()[0]
        raise StoreError(UNFINISHED.format(uri=location.uri, reason=reason)) from error
    return client


def _prepare(location: Location) -> None:
    """Make the SQLite store whole: complete or not there, and its artifacts where it now lies."""
    path = Path(location.uri.removeprefix(SQLITE))
    path.parent.mkdir(parents=True, exist_ok=True)
    with location.lock("store"):
        if not path.exists():
            _create(path)
        try:
            _follow_move(path)
        except sqlite3.DatabaseError as error:
            raise StoreError(UNFINISHED.format(uri=location.uri, reason=error)) from error


def _create(path: Path) -> None:
    """Run MLflow's migrations on a file beside, and move it into place when it is whole."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        store = SqlAlchemyStore(f"{SQLITE}{made}", (path.parent / "artifacts").as_uri())
        store.engine.dispose()
        with contextlib.closing(sqlite3.connect(made)) as database, database:
            database.execute("PRAGMA journal_mode=WAL")
        made.replace(path)


def _follow_move(path: Path) -> None:
    """Point artifact addresses at the folder beside the file, should the checkout have moved."""
    new = (path.parent / "artifacts").as_uri()
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
        rows = database.execute("SELECT artifact_location FROM experiments").fetchall()
        for (address,) in rows:
            folder, mark, _ = (address or "").rpartition("/artifacts")
            old = folder + mark
            if mark and old != new:
                moved = (new, len(old) + 1, len(old), old)
                database.execute(READDRESS_EXPERIMENTS, moved)
                database.execute(READDRESS_RUNS, moved)


def eraser(location: Location) -> Callable[[str], None]:
    """Make what removes a deleted run's entry from an SQLite store, and all that is logged there.

    It is what `mlflow gc` calls: MLflow's client can only hide runs.
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    made = SqlAlchemyStore(location.uri, (Path(location.folder or "") / "artifacts").as_uri())
    return made._hard_delete_run  # noqa: SLF001  # no other way to erase


@contextlib.contextmanager
def one_at_a_time(location: Location, name: str, what: str) -> Iterator[None]:
    """Let one process of this machine at a time do a thing; say so when it has to wait.

    Args:
        location: the store that the processes share.
        name: the thing's own name among the locks.
        what: the thing, as a person knows it.
    """
    lock = location.lock(name)
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        progress.note(f"{what}: waiting for another process that is at it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
