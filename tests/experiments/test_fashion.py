"""The study `fashion` from end to end on its smoke profile, and what it may look at."""

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract import names
from contract.names import DataSource, Profile
from experiments.__main__ import main as experiments
from experiments.fashion import classification, encoding
from experiments.fashion.data import load
from lib.tracking import Results, StageError
from tests.eager import eagerly
from tests.finished import NAMES, STAGES, Finished, invoke, status
from tests.watched import Watched

# The first test waits until the study has run.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def store(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the study has run."""
    return finished.copy(tmp_path_factory.mktemp("store"))


def test_a_second_run_computes_nothing(store: Path) -> None:
    result = invoke(store, experiments, "run", "fashion", "--profile", "smoke")
    assert result.exit_code == 0, result.output
    assert ": started" not in result.output
    assert result.output.count("already there") == len(NAMES)


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


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose two experiments were called."""
    study: Any = Watched(
        best_learning_rate=0.1,
        best_dense_units=3,
        best_dropout=0.2,
        best_epochs=4,
        best_width=5,
        best_latent_features=6,
    )
    classification.run(study)
    encoding.run(study)
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    stages = [
        f"{experiment}.{stage}"
        for experiment in ("classification", "encoding")
        for stage in STAGES[experiment]
    ]
    assert list(watched.inputs) == stages
    assert not watched.seeing() & {
        "classification.initial",
        "classification.tuning",
        "classification.regularization",
        "encoding.initial",
        "encoding.tuning",
        "encoding.baseline",
        "encoding.shrink",
    }
    assert {"classification.final", "encoding.final"} <= watched.seeing()


def test_final_stages_take_what_the_earlier_ones_chose(watched: Watched) -> None:
    final = watched.inputs["classification.final"]
    assert (final["learning_rate"], final["dense_units"]) == (0.1, 3)
    assert (final["dropout"], final["epochs"]) == (0.2, 4)
    final = watched.inputs["encoding.final"]
    assert (final["learning_rate"], final["width"], final["latent_features"]) == (0.1, 5, 6)


@eagerly
def test_reload_fails_when_a_label_is_not_reproduced() -> None:
    data = load(Profile.SMOKE, 1).sample
    trained = classification.final(
        data, seed=1, learning_rate=1e-3, dense_units=16, dropout=0.5, epochs=1, batch_size=64
    )
    rebuilt = classification.reload(data, trained=trained, seed=1)
    assert rebuilt.metrics["reproduced_labels"] == len(data.y_test)
    assert rebuilt.arrays["images"].dtype == np.uint8
    other = trained.arrays["y_test_pred"].copy()
    other[3] = (other[3] + 1) % len(data.class_names)
    changed = Results(files=trained.files, arrays={**trained.arrays, "y_test_pred": other})
    with pytest.raises(StageError, match=f"1 of {len(other)} differ"):
        classification.reload(data, trained=changed, seed=1)


def test_data_of_the_smoke_profile_says_that_it_is_a_stand_in() -> None:
    assert load(Profile.SMOKE, 1).whole.source is DataSource.STAND_IN
