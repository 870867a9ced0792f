"""The store of `fashion`, run once for all who ask."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests.studies.finished import Finished, finish


@pytest.fixture(scope="session")
def finished(shared: Path, migrated: Path) -> Finished:
    """A store in which `fashion` has run, to copy: training for it takes a minute.

    Whoever asks first waits for that, and the others meanwhile: their tests need a timeout that
    allows it.
    """
    folder = shared / "finished"
    with FileLock(shared / "finished.lock"):
        if not folder.exists():
            finish(folder, migrated)
    return Finished(folder)
