"""What only reads, plans or finds everything done imports none of what training needs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from experiments import catalogue
from tests.finished import Finished, address
from tests.test_arrows import modules_after

TRAINS = {"tensorflow", "keras", "keras_tuner", "tensorboard"}
HEAVY = TRAINS | {
    "cleanlab", "dask", "distributed", "joblib", "matplotlib", "mlflow", "pandas", "PIL", "pooch",
    "requests", "rich", "scipy", "seaborn", "skimage", "sklearn", "sqlalchemy", "weasyprint",
}  # fmt: skip
CALL = """
import runpy, sys
sys.argv[1:] = {line}
try:
    runpy.run_module({program!r}, run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
"""


def imported(program: str, *line: str) -> set[str]:
    """Call a program of the project in a process of its own; name the modules it imported."""
    return modules_after(CALL.format(program=program, line=list(line)))


@pytest.mark.parametrize("line", [("--help",), ("run", "--help"), ("list",)])
@pytest.mark.parametrize("program", ["experiments", "report"])
def test_help_and_list_import_nothing_heavy(program: str, line: Sequence[str]) -> None:
    if program == "report" and line != ("--help",):
        line = ("build", "--help")
    found = imported(program, *line)
    assert program in found
    assert not found & HEAVY


@pytest.mark.parametrize("study", [entry.name for entry in catalogue.studies()])
def test_a_study_is_planned_without_anything_heavy(
    study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    assert not imported("experiments", "status", study, "--profile", "smoke") & HEAVY


@pytest.mark.timeout(600)  # whoever asks first for the finished study waits until it has run
@pytest.mark.parametrize("command", ["status", "run"])
def test_a_finished_study_is_read_without_anything_heavy(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    store = finished.copy(tmp_path / "store")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address(store))
    found = imported("experiments", command, "fashion", "--profile", "smoke")
    assert "numpy" in found
    assert not found & HEAVY
