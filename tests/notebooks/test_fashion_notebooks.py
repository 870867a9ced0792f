"""The notebooks of `fashion` on its smoke profile: the same runs as the study's own, all shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.definitions import ROOT

SHOWN = {  # by notebook: pictures and tables at the least, and words among what is printed
    "classification": (8, 8, ("images of shape", "EarlyStopping", "test accuracy", "epochs:")),
    "encoding": (6, 5, ("test error", "4 x 4 x", "marginal", "pixels")),
    "model_explainability": (7, 5, ("codes of", "misclassified", "causes.csv", "accuracy")),
}
SUMMARIES = {"classification": "classifier", "encoding": "autoencoder"}


def call(store: Path, *args: str) -> str:
    """Run a program of the project over a store; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *args],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{store / 'mlflow.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that was empty, and the notebooks executed over it."""
    folder = tmp_path_factory.mktemp("executed")
    call(folder, "notebooks", "fashion", "--profile", "smoke", "--output", str(folder))
    return folder


def notebook(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


@pytest.mark.timeout(600)
def test_notebooks_make_the_very_runs_that_the_study_makes(executed: Path) -> None:
    said = call(executed, "experiments", "status", "fashion", "--profile", "smoke")
    assert "fashion: complete (smoke, seed 1)" in said


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SHOWN)
def test_each_step_shows_what_it_finds(executed: Path, name: str) -> None:
    cells = notebook(executed, name)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    kinds = [kind for output in outputs for kind in output.get("data", ())]
    printed = "".join("".join(output.get("text", ())) for output in outputs)
    pictures, tables, words = SHOWN[name]
    assert kinds.count("image/png") >= pictures
    assert kinds.count("text/html") >= tables
    assert all(word in printed for word in words), printed


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_is_small_and_says_nothing_of_where_it_was_made(
    executed: Path, name: str
) -> None:
    path = executed / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 700_000
    assert str(executed) not in text
    assert str(ROOT) not in text
    assert {cell["id"] for cell in notebook(executed, name)["cells"]} == {
        f"cell-{number}" for number in range(1, text.count('"cell_type"') + 1)
    }


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SUMMARIES)
def test_the_first_model_is_summarized(executed: Path, name: str) -> None:
    cells = notebook(executed, name)["cells"]
    shown = "".join(
        "".join(output["data"]["text/plain"])
        for cell in cells
        if "model.summary(" in "".join(cell["source"])
        for output in cell["outputs"]
        if "data" in output
    )
    assert SUMMARIES[name] in shown
    assert "Total params" in shown
