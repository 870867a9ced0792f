"""Stores to read: planted once, copied for tests that change them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from report.build import collect
from report.pages.pdf import render
from report.store.reader import Store, open_store
from report.store.runs import Runs
from report.studies.fashion import STUDY
from tests.report.planted import plant
from tests.report.writer import Writer


@pytest.fixture
def writer(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A store without runs, where the report looks for one."""
    made = Writer(tmp_path, migrated)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)
    return made


@dataclass(frozen=True)
class Planted:
    """A store with all runs of the study `fashion`.

    Args:
        root: the project's folder.
        run_ids: by run name.
    """

    root: Path
    run_ids: dict[str, str]

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.root / "mlruns" / "mlflow.db"

    @property
    def uri(self) -> str:
        """The store's address."""
        return f"sqlite:///{self.database}"

    def store(self) -> Store:
        """Open it."""
        return open_store(self.uri)

    def runs(self) -> Runs:
        """Its current runs."""
        return Runs("fashion", "quick", self.store())

    def artifact(self, run: str, path: str) -> Path:
        """Find an artifact's file."""
        return next(self.root.glob(f"mlruns/artifacts/*/{self.run_ids[run]}/artifacts/{path}"))


@pytest.fixture(scope="session")
def planted_once(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Planted:
    """A planted store that no test may change."""
    made = plant(Writer(tmp_path_factory.mktemp("planted"), migrated))
    return Planted(made.root, made.run_ids)


@pytest.fixture
def planted(planted_once: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """A planted store of a test's own, where the report looks for one; it has been moved."""
    shutil.copytree(planted_once.root / "mlruns", tmp_path / "mlruns")
    copy = Planted(tmp_path, planted_once.run_ids)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", copy.uri)
    return copy


@pytest.fixture(scope="session")
def built(planted_once: Planted) -> bytes:
    """The PDF of the planted study."""
    return render(collect(STUDY, planted_once.runs()))
