"""What only reads leaves the store as it was, to the last byte, and makes none."""

import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.names import Profile
from experiments.__main__ import main
from lib.tracking import NotYetRunError, StoreError, Study, store
from tests.lib.tracking import stages
from tests.lib.tracking.test_study import measured


def hashes(folder: Path) -> dict[str, str]:
    """Every file and folder below one, with its content's hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def still(folder: Path, to: Path) -> Path:
    """Copy a store that nobody has open: SQLite has put its log into the file."""
    import sqlite3

    with sqlite3.connect(folder / "mlflow.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return to


def test_a_study_that_plans_changes_nothing(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(study).run_id
    copy = still(folder, tmp_path / "copy")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{copy / 'mlflow.db'}")
    before = hashes(copy)
    plan = Study("toy", profile=Profile.SMOKE, seed=3, plan=True)
    assert measured(plan).files["final.yaml"] == b"epochs: 3\n"
    assert plan.seen["stages.measure"].info.run_id == run_id
    with pytest.raises(NotYetRunError):
        plan.stage(stages.double, measured=measured(plan))
    assert hashes(copy) == before


def test_the_log_of_a_store_that_was_copied_while_in_use_is_read(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(study).run_id
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm"))
    assert (copy / "mlflow.db-wal").stat().st_size > 0
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{copy / 'mlflow.db'}")
    before = hashes(copy)
    assert measured(Study("toy", profile=Profile.SMOKE, seed=3, plan=True)).run_id == run_id
    assert hashes(copy) == before


@pytest.mark.parametrize(
    "args", [("list",), ("status", "fashion", "--profile", "smoke"), ("clean", "--dry-run")]
)
def test_where_there_is_no_store_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    assert list(tmp_path.iterdir()) == []


def test_parameters_of_an_address_are_not_part_of_the_file_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}?timeout=60")
    run_id = measured(Study("toy", profile=Profile.SMOKE, seed=3)).run_id
    assert measured(Study("toy", profile=Profile.SMOKE, seed=3, plan=True)).run_id == run_id
    assert {path.name for path in folder.iterdir()} <= {
        "mlflow.db", "mlflow.db-wal", "mlflow.db-shm", "locks", "artifacts",
    }  # fmt: skip


@pytest.mark.parametrize("plans", [True, False])
def test_a_file_of_a_schema_that_we_have_not_compared_is_read_by_mlflow(
    study: Study, monkeypatch: pytest.MonkeyPatch, plans: bool
) -> None:
    run_id = measured(study).run_id
    monkeypatch.setattr("lib.tracking.store.database.SCHEMAS", frozenset({"another"}))
    read = Study("toy", profile=Profile.SMOKE, seed=3, plan=plans)
    monkeypatch.setattr("contract.sqlite_runs.SqliteRuns.run", None)
    monkeypatch.setattr("contract.sqlite_runs.SqliteRuns.find", None)
    again = measured(read)
    assert again.run_id == run_id
    assert list(again.curves["train_loss"])[:2] == [1 / 3, 0.25]
    assert again.params["units"] == 64
    assert stages.CALLS == ["measure"]


@pytest.mark.parametrize("plans", [True, False])
def test_a_finished_study_is_read_without_opening_mlflow(
    study: Study, monkeypatch: pytest.MonkeyPatch, plans: bool
) -> None:
    run_id = measured(study).run_id
    monkeypatch.setattr("lib.tracking.store.opening._opened", None)
    assert measured(Study("toy", profile=Profile.SMOKE, seed=3, plan=plans)).run_id == run_id


@pytest.mark.parametrize("reads", [True, False])
def test_a_newer_schema_an_older_one_and_a_folder_are_told_apart(folder: Path, reads: bool) -> None:
    import contextlib
    import sqlite3

    location = store.locate()

    def opened() -> None:
        if reads:
            with store.reading(location):
                pass
        else:
            store.connect(location)

    for revision, said in (
        ("ffffffffffff", r"a newer MLflow wrote \(schema ffffffffffff"),
        ("451aebb31d03", rf"an older MLflow wrote .*python -m mlflow db upgrade {location.uri}"),
    ):
        with contextlib.closing(sqlite3.connect(folder / "mlflow.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        with pytest.raises(StoreError, match=said):
            opened()
    (folder / "mlflow.db").unlink()
    (folder / "mlflow.db").mkdir()
    with pytest.raises(StoreError, match="a folder"):
        opened()
