"""What holds for all tests, and the one empty store that tests of both sides copy."""

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# The same examples at every call, so that no test passes or fails by luck; and no deadline an
# example, since a slow machine is no mistake (a test that hangs meets pytest's own timeout).
settings.register_profile("vouch", derandomize=True, deadline=None)
settings.load_profile("vouch")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store's file to copy, shared by the test processes: the migrations take seconds."""
    from lib.tracking import store

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "migrated" / "mlflow.db"
    with FileLock(shared / "migrated.lock"):
        if not path.exists():
            store.connect(store.Location(f"sqlite:///{path}", path.parent))
    return path
