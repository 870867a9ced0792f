"""Tag the runs that a report cites, so that `lib.tracking.runs.cleaning` keeps them."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from contract.names import Tag
from lib.tracking import store
from lib.tracking.store import Location, StoreError, failures
from lib.tracking.store.client import AnswerError
from lib.tracking.store.database import WAIT

MARK = (  # only our own runs: no others have a fingerprint
    "INSERT OR IGNORE INTO tags (key, value, run_uuid) "
    "SELECT ?, ?, run_uuid FROM tags WHERE key = ? AND run_uuid = ?"
)
BEARING = "SELECT run_uuid FROM tags WHERE key = ? AND run_uuid = ?"
NO_RUN = "Expected runs that this project made in the store at {uri}. Received: {run_id}"


def cite(location: Location, report: str, run_ids: Sequence[str]) -> None:
    """Tag runs with the report that cites them; those already cited keep their earlier tag.

    Args:
        location: the store.
        report: file name and hash of the report.
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
                database.execute(MARK, (Tag.CITED_BY, said, Tag.FINGERPRINT, run_id))
                if database.execute(BEARING, (Tag.CITED_BY, run_id)).fetchone() is None:
                    raise StoreError(NO_RUN.format(uri=location.uri, run_id=run_id))
    except sqlite3.DatabaseError as error:
        raise failures.explained(error, location) from error


def _open(location: Location) -> sqlite3.Connection:
    path = location.database or Path()
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=WAIT)


def _on_server(location: Location, said: str, run_ids: Sequence[str]) -> None:
    client = store.connect(location, patience=0)
    for run_id in run_ids:
        try:
            tags = client.get_run(run_id).data.tags
        except AnswerError as error:
            raise StoreError(NO_RUN.format(uri=location.uri, run_id=run_id)) from error
        if Tag.FINGERPRINT not in tags:
            raise StoreError(NO_RUN.format(uri=location.uri, run_id=run_id))
        if Tag.CITED_BY not in tags:
            client.set_tag(run_id, Tag.CITED_BY, said)
