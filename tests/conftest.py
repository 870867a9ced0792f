"""Fixtures for all tests, the stores that they copy, and in which order the tests run."""

import functools
import gc
import os
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# The same examples at every call, so that no test passes or fails by luck; and no deadline an
# example, since a slow machine is no mistake (a test that hangs meets pytest's own timeout).
settings.register_profile("vouch", derandomize=True, deadline=None)
settings.load_profile("vouch")

# Many tests start programs, and each would compile all its libraries anew, for up to ten seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# With TensorFlow, MLflow and a report's pages in memory, every collection visits a million objects.
gc.set_threshold(3_000_000, 20, 20)

# Where the files are that run whole studies, start programs or train: some take a minute. They come
# first, so that no process works on one of them while the others have nothing left to do.
LONGEST = (
    "tests/studies/test_fashion.py",  # makes the store that its notebooks' tests would wait for
    "tests/studies/test_features.py",
    "tests/studies/",
    "tests/experiments/",
    "tests/notebooks/",
    "tests/submission/",
    "tests/test_",
    "tests/lib/",
    "tests/report/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others, and those of one folder, keep their order."""

    def rank(item: pytest.Item) -> int:
        file = item.location[0]
        return next(
            (at for at, place in enumerate(LONGEST) if file.startswith(place)), len(LONGEST)
        )

    items.sort(key=rank)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the test processes share; each thing is made there under a lock."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def migrated(shared: Path) -> Path:
    """An empty store's file to copy: the migrations take seconds."""
    from lib.tracking import store
    from lib.tracking.store import client

    client.prepare()
    from mlflow.store.db import utils

    # MLflow reads all its migrations whenever it opens a store, only to find the newest.
    utils._get_latest_schema_revision = functools.cache(utils._get_latest_schema_revision)
    path = shared / "migrated" / "mlflow.db"
    with FileLock(shared / "migrated.lock"):
        if not path.exists():
            store.connect(store.Location(f"sqlite:///{path}", path.parent))
    return path
