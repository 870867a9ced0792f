"""Read an SQLite file without writing a byte, so that it works on read-only media too.

- A file without a write-ahead log is opened as immutable, so that SQLite creates no `-wal` or
  `-shm` file. If another process writes meanwhile, the result is discarded and read again.
- If there is a `-wal` or `-journal` file, the database is copied with it to a temporary
  folder, where SQLite can combine them.

Opening a file and reading its schema takes longer than most queries, so the connection is kept
until the file changes.
"""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from contract.sqlite_runs import Rows
from report.errors import NoStoreError, ReportError

Result = TypeVar("Result")
LOCKED_SECONDS = 10.0  # to wait for a process that has locked the whole file
TRIES = 5
_HEADER = 100  # first bytes of the file, which change with every transaction


class ReadOnlyDatabase:
    """An SQLite file, opened read-only.

    Args:
        path: path of the file.
        timeout: seconds to wait for a process that has locked it.

    Raises:
        ReportError: the file does not exist or cannot be read.
    """

    def __init__(self, path: Path, timeout: float = LOCKED_SECONDS) -> None:
        self.path = path.resolve()  # logs are next to the file that a link points to
        self._timeout = timeout
        self._copy: Path | None = None
        self._opened: _Opened | None = None
        try:
            there, is_file = path.exists(), path.is_file()
        except OSError as error:
            raise ReportError(
                f"Expected a tracking store. Received: {path} ({error.strerror})"
            ) from error
        if not there:
            raise NoStoreError(f"Expected a tracking store. Received: nothing at {path}")
        if not is_file:
            raise ReportError(f"Expected the file of a tracking store. Received: {path} (a folder)")

    def query(self, sql: str, values: tuple[str, ...] = ()) -> Rows:
        """Read rows.

        Raises:
            ReportError: the file is locked, damaged, not a database, or lacks a table or column.
        """
        try:
            return self._shared(sql, values) if self._beside() else self._alone(sql, values)
        except (sqlite3.Error, OSError) as error:
            raise ReportError(
                f"Expected a readable MLflow database. Received: {self.path} ({error})"
            ) from error

    def _beside(self) -> list[Path]:
        """List the files next to the database that hold part of its contents."""
        found = (self.path.with_name(self.path.name + end) for end in ("-wal", "-journal"))
        return [file for file in found if file.exists() and file.stat().st_size > 0]

    def _alone(self, sql: str, values: tuple[str, ...]) -> Rows:
        def read() -> Rows:
            return self._kept(self.path, "mode=ro&immutable=1", self._state()).rows(sql, values)

        rows = self._unchanged(read)
        return self._shared(sql, values) if rows is None else rows

    def _shared(self, sql: str, values: tuple[str, ...]) -> Rows:
        if self._copy is None:
            folder = Path(tempfile.mkdtemp(prefix="vouch-store-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._copy = self._unchanged(lambda: self._copied(folder))
        if self._copy is None:  # another process writes without pause: read a copy
            return _Opened(self.path, "mode=ro", self._timeout).rows(sql, values)
        return self._kept(self._copy, "mode=rw").rows(sql, values)

    def _kept(self, path: Path, mode: str, state: object = None) -> "_Opened":
        """Open a file, or reuse the previous query's connection if the file has not changed."""
        wanted = (path, mode, state)
        if self._opened is None or self._opened.wanted != wanted:
            self._opened = None  # closed before another one opens
            self._opened = _Opened(path, mode, self._timeout, wanted)
        return self._opened

    def _copied(self, folder: Path) -> Path:
        """Copy the file together with its logs."""
        for file in (self.path, *self._beside()):
            shutil.copyfile(file, folder / file.name)
        return folder / self.path.name

    def _unchanged(self, read: Callable[[], Result]) -> Result | None:
        """Read while no process writes; None if one does at every attempt."""
        for _ in range(TRIES):
            before = self._state()
            try:
                found = read()
            except sqlite3.DatabaseError:  # perhaps half of another process's transaction
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


class _Opened:
    """A connection that is closed when nothing refers to it.

    Args:
        path: path of the file.
        mode: the query part of its URI, which says how to open it.
        timeout: seconds to wait for a lock.
        wanted: the path, mode and state that it was opened for.
    """

    def __init__(self, path: Path, mode: str, timeout: float, wanted: object = None) -> None:
        uri = f"{path.resolve().as_uri()}?{mode}"
        self.wanted = wanted
        # A connection may be closed by another thread than the one that opened it.
        self._connection = sqlite3.connect(
            uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)

    def rows(self, sql: str, values: tuple[str, ...]) -> Rows:
        """Read rows."""
        return self._connection.execute(sql, values).fetchall()
