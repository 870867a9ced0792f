"""A tracking store for each test, copied from one that was migrated once."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from contract.names import Profile
from lib.tracking import Study, store
from tests.lib.tracking import stages


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store's file, shared by the test processes: the migrations take seconds."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "migrated" / "mlflow.db"
    with FileLock(shared / "migrated.lock"):
        if not path.exists():
            store.connect(store.Location(f"sqlite:///{path}", path.parent))
    return path


@pytest.fixture
def folder(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty store that `MLFLOW_TRACKING_URI` names."""
    place = tmp_path / "mlruns"
    place.mkdir()
    shutil.copy(migrated, place / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
    stages.CALLS.clear()
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    """A study in an empty store."""
    assert (folder / "mlflow.db").is_file()
    return Study("toy", profile=Profile.SMOKE, seed=3)
