"""Fixtures for all tests, and the stores that they copy: an empty and a finished one."""

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.finished import Finished, finish

# The same examples at every call, so that no test passes or fails by luck; and no deadline an
# example, since a slow machine is no mistake (a test that hangs meets pytest's own timeout).
settings.register_profile("vouch", derandomize=True, deadline=None)
settings.load_profile("vouch")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the test processes share; each thing is made there under a lock."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def migrated(shared: Path) -> Path:
    """An empty store's file to copy: the migrations take seconds."""
    from lib.tracking import store

    path = shared / "migrated" / "mlflow.db"
    with FileLock(shared / "migrated.lock"):
        if not path.exists():
            store.connect(store.Location(f"sqlite:///{path}", path.parent))
    return path


@pytest.fixture(scope="session")
def finished(shared: Path) -> Finished:
    """A store in which `fashion` has run, to copy: training for it takes a minute.

    Whoever asks first waits for that, and the others meanwhile: their tests need a timeout that
    allows it.
    """
    folder = shared / "finished"
    with FileLock(shared / "finished.lock"):
        if not folder.exists():
            finish(folder)
    return Finished(folder)
