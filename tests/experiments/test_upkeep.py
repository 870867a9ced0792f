"""`clean` as a person calls it: what it shows, asks and removes."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from mlflow import MlflowClient

from contract.names import Profile
from experiments.__main__ import main
from lib.tracking import Results, Study


def measure(*, seed: int) -> Results:
    """Measure something."""
    return Results(metrics={"val_accuracy": seed / 10}, files={"weights": b"w" * 1000})


def call(*args: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, args, input=answer)


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> tuple[Path, tuple[str, str, str]]:
    """A store with three runs of a stage of the study `fashion`, the last of which is current."""
    folder = tmp_path_factory.mktemp("store")
    shutil.copy(migrated, folder / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        study = Study("fashion", profile=Profile.SMOKE)
        first, second, third = (study.stage(measure, seed=seed).run_id for seed in (1, 2, 3))
    return folder, (first, second, third)


@pytest.fixture
def runs(
    made: tuple[Path, tuple[str, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The runs, in a copy of the store."""
    folder, found = made
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    return list(found)


def there(runs: list[str], folder: Path) -> list[bool]:
    """Which of the runs are still in the store, and so are their artifacts."""
    client = MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("fashion")
    found = {run.info.run_id for run in client.search_runs([experiment.experiment_id])}
    kept = {path.name for path in (folder / "artifacts" / "fashion").iterdir()}
    assert found == kept
    return [run in found for run in runs]


def test_a_dry_run_shows_what_would_go_and_removes_nothing(runs: list[str], tmp_path: Path) -> None:
    result = call("clean", "fashion", "--dry-run")
    assert result.exit_code == 0, result.output
    assert all(run[:8] in result.output for run in runs[:2])
    assert runs[2][:8] not in result.output
    assert "fashion: 2 runs and 0 trials superseded" in result.output
    assert "kept: 1 current" in result.output
    assert there(runs, tmp_path) == [True, True, True]


def test_superseded_runs_go_and_cited_ones_stay(runs: list[str], tmp_path: Path) -> None:
    assert call("cite", "hand-in.pdf", runs[0]).exit_code == 0
    result = call("clean", "--yes")
    assert result.exit_code == 0, result.output
    assert "kept: 1 current, 1 cited by reports" in result.output
    assert "1 cited by hand-in.pdf, 20" in result.output
    assert "fashion: removed 1 runs and 0 trials" in result.output
    assert there(runs, tmp_path) == [True, False, True]
    result = call("clean", "fashion")
    assert result.exit_code == 0
    assert result.output.endswith("Nothing to remove.\n")


def test_where_nobody_can_be_asked_it_ends_with_two(runs: list[str], tmp_path: Path) -> None:
    result = call("clean", "fashion")
    assert result.exit_code == 2
    assert "Expected --yes (or --dry-run) without a terminal" in result.output
    assert there(runs, tmp_path) == [True, True, True]


@pytest.mark.parametrize(("answer", "left"), [("n\n", [True] * 3), ("y\n", [False, False, True])])
def test_on_a_terminal_it_asks(
    runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[bool]
) -> None:
    monkeypatch.setattr("experiments.upkeep.has_terminal", lambda: True)
    result = call("clean", "fashion", answer=answer)
    assert "Remove them? [y/N]" in result.output
    assert there(runs, tmp_path) == left


@pytest.mark.parametrize(
    ("name", "hint"),
    [("fashoin", "did you mean 'fashion'"), ("fashion.classification", "there are: ")],
)
def test_what_is_no_study_ends_with_two_and_those_there_are(name: str, hint: str) -> None:
    result = call("clean", name)
    assert result.exit_code == 2
    assert hint in result.output


def test_marking_a_run_that_is_not_there_ends_with_one(runs: list[str]) -> None:
    result = call("cite", "hand-in.pdf", "0" * 32)
    assert result.exit_code == 1
    assert f"Received: {'0' * 32}" in result.output
    assert len(runs) == 3
