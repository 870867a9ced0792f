"""The study `fashion` from end to end on its smoke profile."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from contract import names
from contract.definitions import ROOT
from submission import package, trial
from tests.imports import HEAVY, call, ran
from tests.stages import FASHION, named
from tests.studies.finished import (
    Finished,
    address,
    assert_nothing_is_computed_again,
    status,
    with_runs,
)

NAMES = named(FASHION)

# The first test waits until the study has run.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def store(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the study has run."""
    return finished.copy(tmp_path_factory.mktemp("store"))


def test_a_second_run_computes_nothing(store: Path) -> None:
    assert_nothing_is_computed_again("fashion", NAMES, store)


def test_status_of_a_finished_study_is_complete(store: Path) -> None:
    said = status(store)
    assert said.count("finished") == len(NAMES)
    assert "complete (smoke, seed 1)" in said


def test_status_of_another_seed_names_the_first_stage_and_the_command(store: Path) -> None:
    said = status(store, "--seed", "2")
    assert "classification.explore" in said
    assert "python -m experiments run fashion --profile smoke --seed 2" in said


def test_the_store_says_by_which_settings_the_stages_were_called(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store / "mlflow.db")) as database:
        tags = dict(database.execute("SELECT key, value FROM experiment_tags"))
    plan = json.loads(tags[names.plan("smoke", "experiments.fashion.classification")])
    assert {"Config", "PROFILES", "run"} <= set(plan)
    assert "tuning" not in plan  # its own run's fingerprint holds it


def test_its_zip_runs_elsewhere_and_its_report_verifies(finished: Finished, tmp_path: Path) -> None:
    # One stage is run in the zip, by a worker.
    store = finished.copy(tmp_path / "mlruns", without=["explainability.causes"])
    assert trial.failure(with_runs(package.files("fashion", ROOT), store), "fashion") == ""


def test_a_finished_study_is_read_without_anything_heavy(
    finished: Finished, tmp_path: Path
) -> None:
    store = finished.copy(tmp_path / "store")
    commands = ("status", "run")
    imported = ran(
        *(call("experiments", command, "fashion", "--profile", "smoke") for command in commands),
        environment={"MLFLOW_TRACKING_URI": address(store)},
    ).imported
    assert "numpy" in imported[0]
    assert [new & HEAVY for new in imported] == [set(), set()]
