"""The notebooks of `fashion` on its smoke profile: the same runs as the study's own, all shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract.definitions import ROOT
from tests.stages import FASHION, named
from tests.studies.finished import Finished, call, current, status

NAMES = named(FASHION)
SHOWN = {  # by notebook: pictures and tables at the least, and words among what is printed
    "classification": (8, 8, ("images of shape", "EarlyStopping", "test accuracy", "epochs:")),
    "encoding": (6, 5, ("test error", "4 x 4 x", "marginal", "pixels")),
    "model_explainability": (7, 5, ("codes of", "misclassified", "causes.csv", "accuracy")),
}
SUMMARIES = {"classification": "classifier", "encoding": "autoencoder"}

# What the notebooks compute themselves: a training, and a stage that reads what it has trained. The
# rest they read back from the study, which they can only if they would compute the very same.
COMPUTED = ("classification.final", "classification.reload")
# The first test waits until the study has run.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def executed(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that held some of the study's runs, and the notebooks over it."""
    folder = finished.copy(tmp_path_factory.mktemp("executed"), without=COMPUTED)
    done = call(folder, "notebooks", "fashion", "--profile", "smoke", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def notebook(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def test_notebooks_make_the_very_runs_that_the_study_makes(
    finished: Finished, executed: Path
) -> None:
    ours, theirs = current(finished.folder), current(executed)
    assert set(theirs) == set(NAMES)
    for name in NAMES:
        assert theirs[name][1] == ours[name][1], name
        assert (theirs[name][0] != ours[name][0]) == (name in COMPUTED), name
    assert "fashion: complete (smoke, seed 1)" in status(executed)


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
