"""Final models: whoever holds the store loads them, and they go with the run that made them."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract import names
from contract.names import Profile
from lib.tracking import Results, Study
from lib.tracking.runs import artifacts
from tests.lib.tracking import stages
from tests.lib.tracking.runs.test_cleaning import clean, cleaner
from tests.lib.tracking.stages import CALLS, Numbers

LOAD = """
import sys
import mlflow.keras
import numpy as np

model = mlflow.keras.load_model(sys.argv[1])
np.save(sys.argv[2], model.predict(np.eye(4, dtype=np.float32), verbose=0))
"""


def concluded(draw: Any = stages.draw, seed: int = 3) -> tuple[Study, Results]:
    study = Study("toy", profile=Profile.SMOKE, seed=3)
    return study, study.stage(stages.conclude, draw=draw, _data=Numbers(), seed=seed)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store that holds what `concluded` gives, moved since."""
    place = tmp_path_factory.mktemp("models") / "making"
    place.mkdir()
    shutil.copy(migrated, place / "mlflow.db")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
        concluded()
    return place.rename(place.with_name("made"))


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of that store, which `MLFLOW_TRACKING_URI` names."""
    place = tmp_path / "mlruns"
    shutil.copytree(made, place)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
    CALLS.clear()
    return place


def model_of(study: Study, run_id: str) -> str:
    """The id of a run's only model."""
    (output,) = study.client.model_outputs(run_id)
    return str(output.model_id)


def files_of(folder: Path, model_id: str) -> Path:
    return folder / names.model_folder("toy", model_id)


def loaded(model_id: str, uri: str, tmp_path: Path) -> np.ndarray:
    """What the model predicts in a process that knows nothing but the store's address."""
    out = tmp_path / "predicted.npy"
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-c", LOAD, f"models:/{model_id}", str(out)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    predicted: np.ndarray = np.load(out, allow_pickle=False)
    return predicted


def test_a_fresh_process_loads_the_model_of_a_moved_store_and_it_predicts_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, results = concluded()
    model_id = model_of(study, results.run_id)
    model = study.client.get_logged_model(model_id)
    assert (model.name, model.source_run_id, model.status) == (
        "classifier", results.run_id, "READY",
    )  # fmt: skip
    expected = results.arrays["predicted"]
    moved = tmp_path / "a folder" / "elsewhere"
    shutil.copytree(folder, moved)
    shutil.rmtree(folder)
    uri = f"sqlite:///{moved / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    _, again = concluded()
    assert again.run_id == results.run_id
    assert CALLS == []
    np.testing.assert_array_equal(loaded(model_id, uri, tmp_path), expected)


def test_a_model_holds_no_pickle_no_optimizer_and_names_what_it_needs(folder: Path) -> None:
    study, results = concluded()
    place = files_of(folder, model_of(study, results.run_id))
    written = sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())
    assert written == [
        "MLmodel", "conda.yaml", "data/keras_module.txt", "data/model.keras", "python_env.yaml",
        "requirements.txt",
    ]  # fmt: skip
    import keras

    model = keras.saving.load_model(place / "data" / "model.keras", safe_mode=True)
    assert not model.compiled
    assert "keras==" in (place / "requirements.txt").read_text()


def test_a_model_that_was_cut_short_is_made_again(folder: Path) -> None:
    study, results = concluded()
    model_id = model_of(study, results.run_id)
    file = files_of(folder, model_id) / "data" / "model.keras"
    file.write_bytes(file.read_bytes()[:-10])
    run = study.client.get_run(results.run_id)
    assert artifacts.damage(study.client, run) == (
        f"data/model.keras of its model {model_id} was changed or cut short"
    )
    _, again = concluded()
    assert again.run_id != results.run_id
    assert CALLS == ["conclude", "draw"]


def test_figures_drawn_anew_share_the_model_and_cleaning_keeps_it(folder: Path) -> None:
    _, first = concluded()
    study, redrawn = concluded(stages.draw_dotted)
    assert CALLS == ["draw_dotted"]
    assert redrawn.run_id != first.run_id
    model_id = model_of(study, first.run_id)
    assert model_of(study, redrawn.run_id) == model_id
    assert clean(study) == []
    assert files_of(folder, model_id).is_dir()


def test_cleaning_removes_the_model_of_a_removed_run_and_no_other(folder: Path) -> None:
    study, old = concluded(seed=3)
    _, new = concluded(seed=4)
    gone, kept = model_of(study, old.run_id), model_of(study, new.run_id)
    (item,) = cleaner(study).plan().superseded
    assert item.size > sum(
        path.stat().st_size for path in files_of(folder, gone).rglob("*") if path.is_file()
    )
    assert clean(study) == [old.run_id]
    models = folder / "artifacts" / "toy" / "models"
    assert [path.name for path in models.iterdir()] == [kept]
    with contextlib.closing(sqlite3.connect(folder / "mlflow.db")) as database:
        found = database.execute("SELECT model_id FROM logged_models").fetchall()
    assert found == [(kept,)]


def test_cleaning_removes_a_models_folder_that_no_model_has(folder: Path) -> None:
    study, results = concluded()
    model_id = model_of(study, results.run_id)
    stray = files_of(folder, "m-" + "0" * 32).parent
    shutil.copytree(files_of(folder, model_id).parent, stray)
    assert cleaner(study).plan().strays == (stray,)
    clean(study)
    assert not stray.exists()
    assert files_of(folder, model_id).is_dir()


def test_a_copy_of_a_store_keeps_its_models_beside_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _ = concluded(seed=3)
    copied = tmp_path / "copied"
    shutil.copytree(folder, copied)
    before = sorted((folder / "artifacts" / "toy" / "models").iterdir())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{copied / 'mlflow.db'}")
    study, second = concluded(seed=4)
    model = study.client.get_logged_model(model_of(study, second.run_id))
    assert model.artifact_location == files_of(copied, model.model_id).as_uri()
    assert files_of(copied, model.model_id).is_dir()
    assert sorted((folder / "artifacts" / "toy" / "models").iterdir()) == before
