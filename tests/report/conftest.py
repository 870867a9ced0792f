"""Stores to read: planted once, copied for tests that change them."""

import json
import pickle
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from contract import names
from report.build import Report, collect, refuse
from report.pages.pdf import render
from report.store.reader import ROOT, Store, open_store
from report.store.runs import Runs
from report.studies.fashion import STUDY
from report.verification.carried import Carried
from report.verification.verify import read
from tests.report.alone import Alone, built_and_verified
from tests.report.planted import plant
from tests.report.short_answers import answer_shortly
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

    def copy(self, folder: Path) -> "Planted":
        """Copy it into another folder."""
        shutil.copytree(self.root / "mlruns", folder / "mlruns")
        return Planted(folder, self.run_ids)

    def write(self, sql: str, *values: str) -> None:
        """Change the store's tables; there must be something to change."""
        with closing(sqlite3.connect(self.database)) as database, database:
            assert database.execute(sql, values).rowcount > 0

    def forget(self, *stages: str) -> None:
        """Leave the store as if these stages had not run."""
        for name in stages:
            self.write("DELETE FROM experiment_tags WHERE key = ?", names.current("quick", name))

    def artifact(self, run: str, path: str) -> Path:
        """Find an artifact's file."""
        return next(self.root.glob(f"mlruns/artifacts/*/{self.run_ids[run]}/artifacts/{path}"))

    def answered(self, answers: Mapping[str, str]) -> Report:
        """Collect a report with these answers, by the questions' keys, and short ones to the rest.

        Without figures, tables and a ledger it is set in a second.
        """
        answer_shortly(self.root, answers)
        report = collect(STUDY, self.runs(), self.root)
        refuse(report)
        return report


@pytest.fixture(scope="session")
def planted_once(shared: Path, migrated: Path) -> Planted:
    """A planted store that no test may change."""
    root, ids = shared / "planted", shared / "planted.json"
    with FileLock(shared / "planted.lock"):
        if not ids.exists():
            root.mkdir()
            ids.write_text(json.dumps(plant(Writer(root, migrated)).run_ids))
    return Planted(root, json.loads(ids.read_text()))


@pytest.fixture
def planted(planted_once: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """A planted store of a test's own, where the report looks for one; it has been moved."""
    copy = planted_once.copy(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", copy.uri)
    return copy


@pytest.fixture(scope="session")
def alone(planted_once: Planted, shared: Path) -> Alone:
    """The report on the planted study, built and verified by a process of its own."""
    file, root = shared / "alone.pickle", shared / "alone"
    with FileLock(shared / "planted.lock"):
        if not file.exists():
            root.mkdir()
            made = built_and_verified(planted_once.database.parent, root)
            file.write_bytes(pickle.dumps(made))
    made_once: Alone = pickle.loads(file.read_bytes())  # noqa: S301 - our own, see above
    return made_once


@pytest.fixture(scope="session")
def built(alone: Alone) -> bytes:
    """The PDF of the planted study."""
    return alone.pdf


@pytest.fixture(scope="session")
def brief(planted_once: Planted, shared: Path) -> bytes:
    """A PDF of the planted study with two full answers among short ones, to be edited often."""
    file, root = shared / "brief.pdf", shared / "brief"
    with FileLock(shared / "planted.lock"):
        if not file.exists():
            folder = ROOT / "templates" / "fashion"
            full = {key: (folder / f"{key}.md.j2").read_text("utf-8") for key in ("q5", "q6")}
            answer_shortly(root, full)
            report = collect(STUDY, planted_once.runs(), root)
            refuse(report)
            file.write_bytes(render(report))
    return file.read_bytes()


@pytest.fixture(scope="session")
def carried(built: bytes) -> Carried:
    """The same PDF read back."""
    return read(built, "report.pdf")
