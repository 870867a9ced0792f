"""Open an SQLite file for reading without writing a byte, on a read-only medium too.

- A file without a write-ahead log is opened as immutable, so that SQLite makes no `-wal` and `-shm`
  beside it. Should another process write meanwhile, the reading is thrown away and done again.
- Where a process has left a `-wal` or a `-journal`, or still writes it, the file is copied with
  them into a temporary folder, where SQLite may put the pieces together.
"""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from report.errors import NoStoreError, ReportError

Rows = list[tuple[Any, ...]]
Result = TypeVar("Result")
LOCKED_SECONDS = 10.0  # to wait for another process that holds the whole file
TRIES = 5
_HEADER = 100  # bytes at the start, which change with every transaction


class ReadOnlyDatabase:
    """An SQLite file that is read and never written.

    Args:
        path: of the file.
        timeout: seconds to wait for a process that has locked it.

    Raises:
        ReportError: there is no such file, or it cannot be read.
    """

    def __init__(self, path: Path, timeout: float = LOCKED_SECONDS) -> None:
        self.path = path.resolve()  # a log lies beside the file that a link leads to
        self._timeout = timeout
        self._copy: Path | None = None
        if not path.exists():
            raise NoStoreError(f"Expected a tracking store. Received: nothing at {path}")
        if not path.is_file():
            raise ReportError(f"Expected the file of a tracking store. Received: {path} (a folder)")

    def query(self, sql: str, values: tuple[str, ...] = ()) -> Rows:
        """Read rows.

        Raises:
            ReportError: the file is locked, damaged, no database, or lacks a table or column.
        """
        try:
            return self._shared(sql, values) if self._beside() else self._alone(sql, values)
        except (sqlite3.Error, OSError) as error:
            raise ReportError(
                f"Expected MLflow's database, readable. Received: {self.path} ({error})"
            ) from error

    def _beside(self) -> list[Path]:
        """Files beside that hold a part of what is in the database."""
        found = (self.path.with_name(self.path.name + end) for end in ("-wal", "-journal"))
        return [file for file in found if file.exists() and file.stat().st_size > 0]

    def _alone(self, sql: str, values: tuple[str, ...]) -> Rows:
        def read() -> Rows:
            return _rows(self.path, "mode=ro&immutable=1", sql, values, self._timeout)

        rows = self._unchanged(read)
        return self._shared(sql, values) if rows is None else rows

    def _shared(self, sql: str, values: tuple[str, ...]) -> Rows:
        if self._copy is None:
            folder = Path(tempfile.mkdtemp(prefix="vouch-store-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._copy = self._unchanged(lambda: self._copied(folder))
        if self._copy is None:  # a process writes without pause: read beside it
            return _rows(self.path, "mode=ro", sql, values, self._timeout)
        return _rows(self._copy, "mode=rw", sql, values, self._timeout)

    def _copied(self, folder: Path) -> Path:
        """Copy the file with those beside it."""
        for file in (self.path, *self._beside()):
            shutil.copyfile(file, folder / file.name)
        return folder / self.path.name

    def _unchanged(self, read: Callable[[], Result]) -> Result | None:
        """Read while nobody writes; None where somebody does each time that it is tried."""
        for _ in range(TRIES):
            before = self._state()
            try:
                found = read()
            except sqlite3.DatabaseError:  # half of what another process was writing?
                if self._state() == before:
                    raise
                continue
            if self._state() == before:
                return found
        return None

    def _state(self) -> tuple[object, ...]:
        files = (self.path, *self._beside())
        stats = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
        with self.path.open("rb") as stream:
            return (stream.read(_HEADER), *stats)


def _rows(path: Path, mode: str, sql: str, values: tuple[str, ...], timeout: float) -> Rows:
    uri = f"{path.resolve().as_uri()}?{mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=timeout)) as connection:
        return connection.execute(sql, values).fetchall()
