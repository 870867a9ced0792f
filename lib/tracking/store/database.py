"""Check an SQLite store's file before MLflow opens it, and open it without writing.

MLflow migrates a file that it opens, and retries for a minute if it cannot. Problems with a file
are therefore found here first, and reported in one sentence.
"""

import contextlib
import importlib.metadata
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

from contract import mlflow_schema
from contract.sqlite_runs import SCHEMAS, Rows, SqliteRuns
from lib.tracking.store import failures
from lib.tracking.store.location import Location, StoreError

WAIT = 10.0  # seconds for which another process may keep the file locked
EMPTY = "SELECT count(*) FROM sqlite_master"
REVISION = "SELECT version_num FROM alembic_version"
NOT_MLFLOWS = "Expected MLflow's database. Received: {path} ({reason})"
NEWER = (
    "Expected a store that MLflow {version} can read. Received: {path}, which a newer MLflow wrote "
    "(schema {found}, {expected} here). Install that version, or name another store in "
    "MLFLOW_TRACKING_URI"
)
OLDER = (
    "Expected a store of MLflow {version}. Received: {path}, which an older MLflow wrote (schema "
    "{found}, {expected} here). Keep a copy of it, then bring it up to date with: "
    "python -m mlflow db upgrade {uri}"
)


def there(path: Path) -> bool:
    """Tell whether there is a database; an empty file is none yet.

    Raises:
        StoreError: it is a folder, or cannot be accessed.
    """
    try:
        if path.is_dir():
            raise StoreError(NOT_MLFLOWS.format(path=path, reason="a folder"))
        return path.exists() and path.stat().st_size > 0
    except OSError as error:
        raise StoreError(NOT_MLFLOWS.format(path=path, reason=error.strerror)) from error


@contextlib.contextmanager
def as_it_is(location: Location) -> Iterator[str]:
    """Yield an SQLite URI that reads the file and writes nothing.

    A file in WAL mode that no process has open is complete and is opened as immutable; otherwise
    SQLite would create two files beside it. If the log has no index, as in a copy of a running
    store, a temporary copy is read.
    """
    path = location.database or Path()
    log, index = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if not log.exists() or log.stat().st_size == 0:
        yield f"{path.as_uri()}?mode=ro&immutable=1"
    elif index.exists():
        yield f"{path.as_uri()}?mode=ro"
    else:
        with tempfile.TemporaryDirectory(prefix="vouch-") as folder:
            for file in (path, log):
                shutil.copy(file, folder)
            yield (Path(folder) / path.name).as_uri()


def check(location: Location, address: str) -> None:
    """Make sure that a file is a store with the installed MLflow's schema.

    Args:
        location: the store, for the message.
        address: SQLite URI, see `as_it_is`.

    Raises:
        StoreError: it is not; the message says what it is, and what to do.
    """
    path = location.database
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=WAIT)) as database:
            found = [row[0] for row in database.execute(REVISION)]
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            reason = "another program's"
            raise StoreError(NOT_MLFLOWS.format(path=path, reason=reason)) from error
        raise failures.explained(error, location) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(NOT_MLFLOWS.format(path=path, reason=error)) from error
    _compare(location, found)


def _compare(location: Location, found: list[str]) -> None:
    versions, newest = mlflow_schema.known()
    if found == [newest]:
        return
    message = OLDER if found and set(found) <= versions else NEWER
    raise StoreError(
        message.format(
            version=importlib.metadata.version("mlflow"),
            path=location.database,
            uri=location.uri,
            found=", ".join(map(str, found)) or "none",
            expected=newest,
        )
    )


def reader(address: str) -> SqliteRuns | None:
    """Open a store's file for reading without MLflow; None if its schema is not one we know.

    What MLflow writes in this process can be read as soon as it is written.

    Args:
        address: SQLite URI; one that allows writing leaves no log behind if MLflow closes the file
            first.
    """
    opened = sqlite3.connect(
        address, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False
    )
    one_thread = threading.Lock()

    def query(sql: str, values: tuple[str, ...]) -> Rows:
        with one_thread:
            return opened.execute(sql, values).fetchall()

    runs = SqliteRuns(query)
    weakref.finalize(runs, opened.close)
    return runs if set(runs.schemas()) <= SCHEMAS else None
