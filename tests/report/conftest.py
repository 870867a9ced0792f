"""A store per test, planted from one empty database, since making a database takes seconds."""

from pathlib import Path

import pytest

from tests.report.planted import plant
from tests.report.writer import Writer, new_database


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty MLflow database to copy."""
    return new_database(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def writer(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A store without runs, where the report looks for one."""
    made = Writer(tmp_path, empty_database)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)
    return made


@pytest.fixture
def planted(writer: Writer) -> Writer:
    """A store that holds all runs of the study `fashion`."""
    return plant(writer)
