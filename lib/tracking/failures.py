"""Say in one sentence what went wrong with a store: which disk is full, what does not answer."""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from lib.tracking.location import Location, StoreError

UNANSWERED = "Expected a tracking store that answers. Received: {uri} ({reason})"
FULL = (
    "Expected room on the disk at {disk} to write {what}. Received: {free} kB free. What was "
    "written before stays; free some space"
)
LITTLE = 64 * 1024  # bytes: SQLite calls a full disk an I/O error when its own log cannot grow
UNWRITABLE = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
REASON_LENGTH = 300


def chain(error: BaseException) -> Iterator[BaseException]:
    """Go through an error and those behind it, the outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def of_a_store() -> tuple[type[Exception], ...]:
    """List what a store can raise; of MLflow nothing unless it is imported by now."""
    if "mlflow" not in sys.modules:
        return sqlite3.Error, OSError
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, RequestException, SQLAlchemyError, sqlite3.Error, OSError


def passing(error: BaseException) -> bool:
    """Whether the same call may well succeed later: nobody answers, or somebody else writes."""
    from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException

    for each in chain(error):
        if isinstance(each, RequestException):
            return not isinstance(each, InvalidSchema | InvalidURL | MissingSchema)
        if isinstance(each, sqlite3.Error):
            return _sqlite_name(each).startswith(BUSY)
    return False


def reason(error: BaseException) -> str:
    """Name the innermost cause that a person can use, in one line."""
    for each in reversed(list(chain(error))):
        if isinstance(each, sqlite3.Error) or (isinstance(each, OSError) and each.strerror):
            return str(each.strerror if isinstance(each, OSError) else each)
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:REASON_LENGTH]


def full(error: BaseException, location: Location | None = None) -> StoreError | None:
    """Say which disk is full; None where that is not what happened.

    Args:
        error: what was raised.
        location: the store that was being written, if it was that.
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
    """Make the error that a person is shown of one that a store or its server caused."""
    return full(error, location) or StoreError(
        UNANSWERED.format(uri=location.uri, reason=reason(error))
    )


def _full(path: Path | None, location: Location | None) -> StoreError:
    """Name the disk by the folder at which it is mounted."""
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
