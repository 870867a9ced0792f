"""The study's own option: read with the others, repeated by every command that is suggested."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contract import names
from contract.names import Profile
from experiments.__main__ import main
from experiments.sketches.data import load
from lib.data import DataNotFoundError
from lib.tracking import Study
from report.store.commands import run_study
from report.store.reader import open_store
from report.store.runs import Runs

SIX = "apple,bicycle,cat,diamond,eye,fish"


def call(*args: str) -> Result:
    return CliRunner().invoke(main, args)


@pytest.fixture
def empty(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store, no data, no network."""
    shutil.copy(migrated, tmp_path / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setattr("lib.data.files.locations.SYSTEM_FOLDERS", ())
    monkeypatch.setenv("VOUCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    return tmp_path


@pytest.mark.parametrize("value", ["apple,cat", f"{SIX},fish", "apple,bicycle,cat,diamond,eye,"])
def test_other_than_six_different_classes_end_with_two(value: str) -> None:
    result = call("run", "sketches", "--classes", value)
    assert result.exit_code == 2
    assert f"Received: {value}" in result.output


def test_another_study_does_not_take_the_option() -> None:
    result = call("run", "scratch", "--classes", SIX)
    assert result.exit_code == 2
    assert "No such option '--classes'" in result.output
    assert "--classes" in call("run", "sketches", "--help").output
    assert "--classes" not in call("run", "--help").output


def test_status_suggests_the_command_with_the_classes(empty: Path) -> None:
    sketches(empty / "data", SIX.split(","))
    result = call("status", "sketches.densenet", "--classes", SIX)
    assert result.exit_code == 0, result.output
    assert f"run sketches.densenet --profile quick --seed 1 --classes {SIX}\n" in result.output


def test_classes_that_are_missing_are_answered_with_a_command_that_works(empty: Path) -> None:
    sketches(empty / "data", SIX.split(","))
    result = call("run", "sketches")
    assert result.exit_code == 1
    assert "banana.npy" in result.output
    assert f"python -m experiments run sketches --profile quick --seed 1 --classes {SIX}" in (
        result.output
    )
    study = Study("sketches", profile=Profile.QUICK, options={"classes": SIX})
    data = load(study).labelled
    assert data.class_names == tuple(SIX.split(","))
    assert [len(labels) for _, _, labels in data.parts()] == [6 * 8, 6 * 2, 6 * 2]


def test_generated_sketches_have_classes_of_their_own(empty: Path) -> None:
    study = Study("sketches", profile=Profile.SMOKE, options={"classes": SIX})
    with pytest.raises(DataNotFoundError, match="no --classes with the smoke profile"):
        load(study)


def test_a_report_suggests_the_command_that_the_runs_were_made_with(empty: Path) -> None:
    study = Study("sketches", profile=Profile.QUICK, options={"classes": SIX})
    study.finish(lambda study: None)
    store = open_store(f"sqlite:///{empty / 'mlflow.db'}")
    runs = Runs("sketches", "quick", store)
    assert runs.remedy == run_study("sketches", "quick", options={"classes": SIX})
    Study("sketches", profile=Profile.QUICK).finish(lambda study: None)
    again = Runs("sketches", "quick", open_store(f"sqlite:///{empty / 'mlflow.db'}"))
    assert again.options() == {}
    assert names.options("quick") == "options.quick"


def sketches(folder: Path, classes: list[str]) -> None:
    """Write a few images of each class."""
    import numpy as np

    (folder / "quickdraw").mkdir(parents=True)
    for number, name in enumerate(classes):
        images = np.full((12, 784), number, np.uint8)
        np.save(folder / "quickdraw" / f"{name}.npy", images)
