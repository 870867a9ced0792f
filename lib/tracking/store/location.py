"""Where the tracking store is, and the locks between the processes that use it."""

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from contract import addresses
from contract.addresses import AddressError
from contract.definitions import ROOT
from lib import progress

PARAMETER = f"Expected no parameter but timeout=SECONDS in {addresses.VARIABLE}. Received: {{uri}}"


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

    @property
    def database(self) -> Path | None:
        """The SQLite file; None for a server."""
        return addresses.database(self.uri)

    def artifacts(self, study: str) -> str | None:
        """Return the address of a study's artifacts; None if the server decides."""
        return None if self.folder is None else (self.folder / "artifacts" / study).as_uri()

    def lock(self, name: str) -> FileLock:
        """Return a lock between the processes that use this store; for a server, on this machine.

        Raises:
            StoreError: the store's folder cannot be written.
        """
        path = self._lock_file(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"Expected a store that can be written. Received: {self.uri} ({error.strerror})"
            ) from error
        return FileLock(path)

    def held(self, name: str) -> bool:
        """Tell whether a process holds a lock; write nothing, since the medium may be read-only."""
        try:
            with self._lock_file(name).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:  # a process holds it, or that is unknown
            return True
        return False

    def _lock_file(self, name: str) -> Path:
        folder = self.folder or Path(tempfile.gettempdir()) / f"vouch-locks-{os.getuid()}"
        return folder / "locks" / f"{re.sub(r'[^0-9A-Za-z_.-]', '_', name)[:100]}.lock"


def locate() -> Location:
    """Find the store: `MLFLOW_TRACKING_URI`, else `mlruns/mlflow.db` under the project's root.

    Raises:
        StoreError: the variable names a store that is not supported, such as a folder.
    """
    named = addresses.named(ROOT)
    try:
        path, uri = addresses.database(named), addresses.absolute(named)
    except AddressError as error:
        raise StoreError(str(error)) from error
    if path is None:
        return Location(uri, None)
    given = addresses.query(uri)
    if set(given) - {"timeout"} or not given.get("timeout", "0").isdigit():
        raise StoreError(PARAMETER.format(uri=named))
    return Location(uri, path.parent)


@contextlib.contextmanager
def one_at_a_time(location: Location, name: str, what: str) -> Iterator[None]:
    """Let one process at a time run the block; show a message if this one has to wait.

    Args:
        location: the store that the processes share.
        name: name of the lock.
        what: what the process works on, for the message.
    """
    lock = location.lock(name)
    try:
        try:
            lock.acquire(timeout=0.5)
        except Timeout:
            progress.note(f"{what}: waiting for another process that is working on it")
            lock.acquire()
    except OSError as error:
        from lib.tracking.store import failures  # here, because it imports this module

        raise failures.explained(error, location) from error
    try:
        yield
    finally:
        lock.release()
