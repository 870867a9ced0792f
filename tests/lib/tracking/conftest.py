"""A tracking store for each test, copied from one that was migrated once."""

import multiprocessing
import shutil
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from contract.names import Profile
from lib.tracking import Study
from tests.lib.tracking import stages


@pytest.fixture
def folder(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty store that `MLFLOW_TRACKING_URI` names."""
    place = tmp_path / "mlruns"
    place.mkdir()
    shutil.copy(migrated, place / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
    stages.CALLS.clear()
    return place


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Starts processes as forks of one that has imported MLflow, which takes each of them seconds.

    That one is no fork of this process, which has threads.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [
            "mlflow.store.tracking.sqlalchemy_store",
            "tests.lib.tracking.store.test_store",
            "tests.lib.tracking.test_study",
        ]
    )
    return context


@pytest.fixture
def study(folder: Path) -> Study:
    """A study in an empty store."""
    assert (folder / "mlflow.db").is_file()
    return Study("toy", profile=Profile.SMOKE, seed=3)
