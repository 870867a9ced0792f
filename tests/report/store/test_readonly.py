"""An SQLite store is read without a byte being written, whatever state it was left in."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from report.__main__ import main
from report.errors import ReportError
from report.store.readonly import ReadOnlyDatabase
from tests.report.conftest import Planted

NAMES = "SELECT word FROM words ORDER BY word"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in WAL mode, closed: no log beside it."""
    path = tmp_path / "some folder" / "words.db"
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.execute("INSERT INTO words VALUES ('first')")
    assert [file.name for file in path.parent.iterdir()] == ["words.db"]
    return path


@pytest.fixture
def writing(database: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection that has written and keeps the log open."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("INSERT INTO words VALUES ('second')")
        yield connection


def held(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_a_closed_database_is_read_without_a_file_beside_it(database: Path) -> None:
    before = held(database.parent)
    assert ReadOnlyDatabase(database).query(NAMES) == [("first",)]
    assert held(database.parent) == before


@pytest.mark.usefixtures("writing")
def test_what_another_process_has_just_written_is_read(database: Path) -> None:
    assert ReadOnlyDatabase(database).query(NAMES) == [("first",), ("second",)]


@pytest.mark.usefixtures("writing")
def test_a_log_that_was_left_behind_is_read_in_a_copy(database: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    for name in ("words.db", "words.db-wal"):
        shutil.copy(database.with_name(name), left)
    before = held(left)
    assert ReadOnlyDatabase(left / "words.db").query(NAMES) == [("first",), ("second",)]
    assert held(left) == before


def test_a_transaction_that_was_cut_off_is_not_read(database: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN EXCLUSIVE")
        connection.executemany("INSERT INTO words VALUES (?)", [("x" * 900,)] * 500)
        for name in ("words.db", "words.db-journal"):
            shutil.copy(database.with_name(name), left)
        connection.execute("ROLLBACK")
    before = held(left)
    assert ReadOnlyDatabase(left / "words.db").query(NAMES) == [("first",)]
    assert held(left) == before


@pytest.mark.usefixtures("writing")
def test_a_log_in_a_folder_that_may_not_be_written_is_read(database: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("the superuser may write everywhere")
    database.parent.chmod(0o555)
    try:
        assert ReadOnlyDatabase(database).query(NAMES) == [("first",), ("second",)]
    finally:
        database.parent.chmod(0o755)


@pytest.mark.parametrize("content", [b"", b"no database" * 1_000])
def test_what_is_no_store_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=r"Expected a readable MLflow database\. Received: .*\("):
        ReadOnlyDatabase(path).query(NAMES)
    with pytest.raises(ReportError, match="a folder"):
        ReadOnlyDatabase(tmp_path)


def test_every_reading_command_leaves_the_store_as_it_was(
    planted: Planted, brief: bytes, tmp_path: Path
) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(brief)
    before = held_with_folders(planted.root / "mlruns")
    lines = (["check", "fashion"], ["vocabulary", "fashion"], ["verify", str(pdf)])
    for line in (*lines, ["diff", str(pdf), str(pdf)]):
        result = CliRunner().invoke(main, line)
        assert result.exit_code == 0, result.output
    assert held_with_folders(planted.root / "mlruns") == before


def held_with_folders(folder: Path) -> dict[str, bytes | None]:
    found = sorted(folder.rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}
