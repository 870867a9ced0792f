"""Mark the runs that a report cites, so that `lib.tracking.cleaning` leaves them alone."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from contract.names import Tag
from lib.tracking import store
from lib.tracking.store import Location, StoreError

MARK = (
    "INSERT OR IGNORE INTO tags (key, value, run_uuid) "
    "SELECT ?, ?, run_uuid FROM runs WHERE run_uuid = ?"
)
BEARING = "SELECT run_uuid FROM tags WHERE key = ? AND run_uuid = ?"
NO_RUN = "Expected runs of the store at {uri}. Received: {run_id}"


def cite(location: Location, report: str, run_ids: Sequence[str]) -> None:
    """Tag runs with the report that cites them; one that an earlier report cites stays as it is.

    Args:
        location: the store.
        report: what identifies the report: its file's name and hash.
        run_ids: the runs.

    Raises:
        StoreError: the store cannot be written, or has no such run.
    """
    said = f"{report}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    if location.folder is None:
        _on_server(location, said, run_ids)
        return
    # A report is built in two seconds: MLflow's client alone would take as long again.
    try:
        with contextlib.closing(_open(location)) as database, database:
            for run_id in run_ids:
                database.execute(MARK, (Tag.CITED_BY, said, run_id))
                if database.execute(BEARING, (Tag.CITED_BY, run_id)).fetchone() is None:
                    raise StoreError(NO_RUN.format(uri=location.uri, run_id=run_id))
    except sqlite3.DatabaseError as error:
        raise StoreError(store.UNFINISHED.format(uri=location.uri, reason=error)) from error


def _open(location: Location) -> sqlite3.Connection:
    path = Path(location.uri.removeprefix(store.SQLITE))
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=60)


def _on_server(location: Location, said: str, run_ids: Sequence[str]) -> None:
    client = store.connect(location)
    from mlflow.exceptions import MlflowException

    for run_id in run_ids:
        try:
            if Tag.CITED_BY not in client.get_run(run_id).data.tags:
                client.set_tag(run_id, Tag.CITED_BY, said)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                raise StoreError(NO_RUN.format(uri=location.uri, run_id=run_id)) from error
            reason = str(error).splitlines()[0]
            raise StoreError(store.UNFINISHED.format(uri=location.uri, reason=reason)) from error
