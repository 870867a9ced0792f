"""A copy of the project with everything that a hand-in needs, and a store with its runs."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract import causes, names
from contract.causes import Cause, Judgement
from contract.definitions import ROOT
from contract.names import Profile
from notebooks.scripts import MADE_FROM, Script, scripts
from report.build import collect
from report.pages.pdf import render
from report.store.reader import open_store
from report.store.runs import Runs
from report.studies.fashion import STUDY
from tests.report.planted import plant
from tests.report.short_answers import answer_shortly
from tests.report.writer import Writer

ROOMS = (
    *("annotate", "contract", "experiments", "lib", "locks", "notebooks", "report"),
    *("submission", "templates"),
)
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.h5", "*.ipynb")
FACTS = """
group = 21
authors = ["Family One", "Family van den Two"]
generative_ai = "None was used."
collaboration = "Both did everything."
"""
# What the stages hold beside what the report reads.
ARTIFACTS = {
    "classification.final": {"files/final.yaml": "epochs: 10\n"},
    "encoding.final": {"files/autoencoder.yaml": "epochs: 30\n"},
    "explainability.mistakes": {"tables/mistakes.csv": "test_index\n17\n28\n"},
    "explainability.causes": {
        "tables/causes.csv": "test_index,causes,by\n17,noise;overfitting,judged\n28,noise,judged\n"
    },
}
JUDGED = (
    Judgement(17, (Cause.NOISE, Cause.OVERFITTING)),
    Judgement(28, (Cause.NOISE,), "a remark"),
)


@dataclass(frozen=True)
class HandIn:
    """A project that can be handed in, and its store.

    Args:
        folder: holds `project/` and `mlruns/`.
        run_ids: by run name.
    """

    folder: Path
    run_ids: dict[str, str]

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.folder / "project"

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.folder / "mlruns" / "mlflow.db"

    def runs(self) -> Runs:
        """Its runs."""
        return Runs("fashion", Profile.FULL, open_store(f"sqlite:///{self.database}"))

    def scripts(self) -> list[Script]:
        """Its notebooks' scripts."""
        return scripts("fashion", self.root)

    def artifact(self, run: str, path: str) -> Path:
        """A file of a run."""
        artifacts = names.artifact_folder("fashion", self.run_ids[run])
        return self.folder / "mlruns" / artifacts / path


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> HandIn:
    """A project that is ready to hand in, to copy."""
    folder = tmp_path_factory.mktemp("whole")
    # Runs that an earlier report cites are not marked again.
    writer = plant(Writer(folder, migrated), Profile.FULL, tags={names.Tag.CITED_BY: "a report"})
    made = HandIn(folder, writer.run_ids)
    for room in ROOMS:
        shutil.copytree(ROOT / room, made.root / room, ignore=NOT_COPIED)
    answer_shortly(made.root)
    for name in ("LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, made.root)
    for run, files in ARTIFACTS.items():
        for path, text in files.items():
            made.artifact(run, path).parent.mkdir(parents=True, exist_ok=True)
            made.artifact(run, path).write_text(text)
    (made.root / "handin.toml").write_text(FACTS)
    causes.write(causes.path("fashion", made.root), JUDGED, Profile.FULL)
    for script in made.scripts():
        write_notebook(made, script)
    return made


@pytest.fixture(scope="session")
def rendered(whole: HandIn) -> bytes:
    """The PDF of the project that is copied."""
    return render(collect(STUDY, whole.runs(), whole.root), draft=False)


@pytest.fixture
def project(whole: HandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HandIn:
    """A copy of it, for one test."""
    for folder in ("project", "mlruns"):
        shutil.copytree(whole.folder / folder, tmp_path / folder)
    copy = HandIn(tmp_path, whole.run_ids)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{copy.database}")
    return copy


def write_notebook(project: HandIn, script: Script, **changed: object) -> None:
    """Write a notebook of one cell as if it had been executed."""
    made_from = script.made_from(Profile.FULL, project.runs().computations())
    output = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
    cell = {"cell_type": "code", "execution_count": 1, "outputs": [output], "source": ["print(1)"]}
    notebook = {
        "cells": [{**cell, **changed.pop("cell", {})}],  # type: ignore[dict-item]
        "metadata": {MADE_FROM: {**made_from, **changed}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    script.target.write_text(json.dumps(notebook))
