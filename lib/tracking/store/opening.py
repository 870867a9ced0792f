"""Open the tracking store: an SQLite file under the project's root, or a server.

Only this package writes to MLflow. MLflow takes seconds to import, so it is imported only where it
is used: worker processes and `--help` are not slowed down by it.
"""

import contextlib
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contract import addresses
from contract.sqlite_runs import SqliteRuns
from lib.tracking.store import client as clients
from lib.tracking.store import database, failures, ours
from lib.tracking.store.client import Client
from lib.tracking.store.location import Location, StoreError, one_at_a_time

if TYPE_CHECKING:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    from mlflow.tracking import MlflowClient

FIRST_ANSWER = 8.0  # seconds for a server's first answer


def connect(location: Location, *, patience: float = clients.PATIENCE) -> Client:
    """Open the store for writing; create its file if there is none.

    Several processes may do so at once; the first one creates the file, under a lock.

    Args:
        location: the store.
        patience: seconds for which it may be unreachable later, see `Client`.

    Raises:
        StoreError: the server does not answer, or the file is no store.
    """
    _quiet()
    reader = None
    if location.database is not None:
        _prepare(location, location.database)
        reader = database.reader(f"{location.database.as_uri()}?mode=rw")
    return _client(location, location.uri, reader, patience)


@contextlib.contextmanager
def reading(location: Location) -> Iterator[Client | None]:
    """Open the store and write nothing: no migration, no lock, no folder.

    Yields:
        The store; None if there is none yet.

    Raises:
        StoreError: the server does not answer, or the file is no store.
    """
    _quiet()
    path = location.database
    if path is None:
        yield _client(location, location.uri, None, 0)
    elif not database.there(path):
        yield None
    else:
        with contextlib.ExitStack() as stack:
            with _guarded(location):
                address = stack.enter_context(database.as_it_is(location))
                database.check(location, address)
                reader = database.reader(address)
                uri = location.uri if reader is not None else _read_only(path, address)
            yield _client(location, uri, reader, 0)


def _client(location: Location, uri: str, reader: SqliteRuns | None, patience: float) -> Client:
    """Make a client that opens MLflow's on first use, or at once if there is no `reader`."""
    opened = None if reader is not None else _opened(location, uri)
    return Client(
        lambda: opened or _opened(location, uri), location, patience=patience, reader=reader
    )


def _read_only(path: Path, address: str) -> str:
    """Have MLflow use a read-only connection; return the address that stands for it."""
    import sqlalchemy
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    def connection() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=database.WAIT, check_same_thread=False)

    engine = sqlalchemy.create_engine("sqlite://", creator=connection)
    uri = addresses.sqlite(path, f"read-only={id(engine)}")
    SqlAlchemyStore._engine_map[uri] = engine  # noqa: SLF001  # no other way to open it read-only
    return uri


def _opened(location: Location, uri: str) -> "MlflowClient":
    """Make MLflow's client, and raise an error if a server does not answer within seconds."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    failed: list[StoreError] = []

    def ask() -> None:
        try:
            with _guarded(location):
                client.search_experiments(max_results=1)
        except StoreError as error:
            failed.append(error)

    # The limit also holds for a name that does not resolve or an answer that trickles in.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout=FIRST_ANSWER if location.database is None else None)
    if thread.is_alive():
        reason = f"no answer within {FIRST_ANSWER:.0f} s"
        raise StoreError(failures.UNANSWERED.format(uri=location.uri, reason=reason))
    if failed:
        raise failed[0]
    return client


@contextlib.contextmanager
def _guarded(location: Location) -> Iterator[None]:
    """Turn errors of a store into a `StoreError` of one sentence."""
    try:
        yield
    except failures.of_a_store() as error:
        raise failures.explained(error, location) from error


def _quiet() -> None:
    """Keep MLflow from printing a traceback for each error that it raises."""
    clients.prepare()
    for name in ("mlflow.store.db.utils", "mlflow.store.tracking.sqlalchemy_store"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _prepare(location: Location, path: Path) -> None:
    """Create the SQLite store if it is missing, check it, and update moved artifact addresses."""
    with _guarded(location):
        path.parent.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(location, "store", "The tracking store"):
            if not database.there(path):
                _create(path)
            database.check(location, f"{path.as_uri()}?mode=rw")
            ours.follow_moves(path)


def _create(path: Path) -> None:
    """Run MLflow's migrations on a temporary file, and move it into place when complete."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        uri = addresses.sqlite(made)
        store = SqlAlchemyStore(uri, (path.parent / "artifacts").as_uri())
        store.engine.dispose()
        with contextlib.closing(sqlite3.connect(made)) as opened, opened:
            opened.execute("PRAGMA journal_mode=WAL")
        for log in ("-wal", "-shm"):  # of a database that was deleted; SQLite would replay them
            path.with_name(path.name + log).unlink(missing_ok=True)
        made.replace(path)


def eraser(location: Location) -> Callable[[str], None]:
    """Return a function that erases a deleted run and all it logged from an SQLite store.

    It is the one that `mlflow gc` calls, because MLflow's client can only hide runs.
    """
    return _plain(location)._hard_delete_run  # noqa: SLF001  # no other way to erase


def model_eraser(location: Location) -> Callable[[str], None]:
    """Return a function that erases a logged model from an SQLite store, see `eraser`."""
    return _plain(location)._hard_delete_logged_model  # noqa: SLF001  # no other way to erase


def _plain(location: Location) -> "SqlAlchemyStore":
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    return SqlAlchemyStore(location.uri, (Path(location.folder or "") / "artifacts").as_uri())
