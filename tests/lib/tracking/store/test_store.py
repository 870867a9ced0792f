"""The store opens wherever it lies, or says in one sentence why not."""

import os
import shutil
from multiprocessing.context import ForkServerContext
from pathlib import Path
from types import SimpleNamespace

import pytest

from contract.definitions import ROOT
from contract.names import artifact_folder
from lib.tracking import StoreError, Study, store
from tests.lib.tracking.stages import Numbers, measure


def test_the_store_is_found_from_the_projects_root_and_not_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    assert store.locate().folder == ROOT / "mlruns"


def test_a_folder_as_store_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "./mlruns")
    with pytest.raises(StoreError, match=r"Expected MLFLOW_TRACKING_URI .* Received: \./mlruns"):
        store.locate()


def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mlflow.db"
    path.write_bytes(b"these are not the pages of a database" * 100)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
    with pytest.raises(StoreError, match="file is not a database"):
        store.connect(store.locate())
    assert path.read_bytes().startswith(b"these are not")


def test_a_server_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(StoreError, match=r"http://127\.0\.0\.1:9"):
        store.connect(store.locate())


def _open(uri: str) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = uri
    store.connect(store.locate())


def test_three_processes_may_make_the_store_at_once(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    three = [processes.Process(target=_open, args=(uri,)) for _ in range(3)]
    for process in three:
        process.start()
    for process in three:
        process.join()
    assert [process.exitcode for process in three] == [0, 0, 0]
    assert {path.name for path in tmp_path.iterdir()} - {"mlflow.db-shm", "mlflow.db-wal"} == {
        "mlflow.db",
        "locks",
    }


def test_artifacts_lie_where_the_contract_says(study: Study, folder: Path) -> None:
    results = study.stage(measure, _data=Numbers(), scale=1.0, seed=3)
    assert (folder / artifact_folder("toy", results.run_id) / "files" / "final.yaml").is_file()


def test_the_log_of_a_deleted_store_is_not_replayed_over_a_new_one(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Made:
        """Copies what MLflow's migrations would make in seconds."""

        def __init__(self, uri: str, _artifacts: str) -> None:
            shutil.copy(migrated, uri.removeprefix("sqlite:///"))
            self.engine = SimpleNamespace(dispose=lambda: None)

    monkeypatch.setattr("mlflow.store.tracking.sqlalchemy_store.SqlAlchemyStore", Made)
    left = [tmp_path / f"mlflow.db-{end}" for end in ("wal", "shm")]
    for log in left:
        log.write_bytes(b"pages of the store that was deleted")
    store.connect(store.Location(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path))
    assert (tmp_path / "mlflow.db").is_file()
    assert all(b"deleted" not in log.read_bytes() for log in left if log.exists())
