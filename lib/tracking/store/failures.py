"""Explain a store's errors in one sentence: which disk is full, what does not answer."""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from lib.tracking.store.location import Location, StoreError

UNANSWERED = "Expected a tracking store that answers. Received: {uri} ({reason})"
FULL = (
    "Expected room on the disk at {disk} to write {what}. Received: {free} kB free. What was "
    "written before stays; free some space"
)
LITTLE = 64 * 1024  # bytes: if its log cannot grow, SQLite reports a full disk as an I/O error
UNWRITABLE = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
REASON_LENGTH = 300


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def of_a_store() -> tuple[type[Exception], ...]:
    """List the errors that a store can raise; MLflow's only if it has been imported."""
    if "mlflow" not in sys.modules:
        return sqlite3.Error, OSError
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, RequestException, SQLAlchemyError, sqlite3.Error, OSError


def passing(error: BaseException) -> bool:
    """Tell whether a retry may succeed: no answer yet, or another process is writing."""
    from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException

    for each in chain(error):
        if isinstance(each, RequestException):
            return not isinstance(each, InvalidSchema | InvalidURL | MissingSchema)
        if isinstance(each, sqlite3.Error):
            return _sqlite_name(each).startswith(BUSY)
    return False


def reason(error: BaseException) -> str:
    """Name the innermost cause that means something to the user, in one line."""
    for each in reversed(list(chain(error))):
        if isinstance(each, sqlite3.Error) or (isinstance(each, OSError) and each.strerror):
            return str(each.strerror if isinstance(each, OSError) else each)
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:REASON_LENGTH]


def full(error: BaseException, location: Location | None = None) -> StoreError | None:
    """Return an error that says which disk is full; None if that is not what happened.

    Args:
        error: what was raised.
        location: the store, if that was being written.
    """
    for each in chain(error):
        if isinstance(each, OSError) and each.errno in (errno.ENOSPC, errno.EDQUOT):
            return _full(Path(os.fsdecode(each.filename)) if each.filename else None, location)
        if isinstance(each, sqlite3.Error) and location is not None and location.folder:
            name = _sqlite_name(each)
            short = name.startswith(UNWRITABLE) and _free(location.folder) < LITTLE
            if name == "SQLITE_FULL" or short:
                return _full(location.database, location)
    return None


def explained(error: BaseException, location: Location) -> StoreError:
    """Turn an error of a store or its server into the one to show to the user."""
    return full(error, location) or StoreError(
        UNANSWERED.format(uri=location.uri, reason=reason(error))
    )


def _full(path: Path | None, location: Location | None) -> StoreError:
    """Make the error for a full disk, named by its mount point."""
    place = (path or (location and location.folder) or Path.cwd()).absolute()
    while not place.exists():
        place = place.parent
    free = _free(place)
    disk = place
    while not disk.is_mount():
        disk = disk.parent
    return StoreError(FULL.format(disk=disk, what=path or place, free=free // 1024))


def _free(place: Path) -> int:
    return shutil.disk_usage(place).free


def _sqlite_name(error: sqlite3.Error) -> str:
    return str(getattr(error, "sqlite_errorname", "") or "")
