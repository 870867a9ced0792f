"""Scripts become notebooks that show what their cells gave, or errors that say where."""

import base64
from pathlib import Path

import nbformat
import pytest

from contract.definitions import ROOT
from notebooks.execution import NotebookError, executed
from notebooks.scripts import Script, scripts


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "notebooks" / "toys").mkdir(parents=True)
    (tmp_path / "experiments" / "toys").mkdir(parents=True)
    return tmp_path


def script(project: Path, *cells: str) -> Script:
    """Write a script of code cells."""
    text = "".join(f"# %%\n{cell}\n\n" for cell in cells)
    (project / "notebooks" / "toys" / "tale.py").write_text(
        f"# %% [markdown]\n# # A tale\n\n{text}"
    )
    return scripts("toys", project)[0]


def test_a_notebook_shows_what_its_cells_gave(project: Path) -> None:
    picture = base64.b64encode(b"\x89PNG").decode()
    tale = script(
        project,
        "import os\nprint(os.environ['TOY'])",
        f"from IPython.display import Image, display\nimport base64\n"
        f"display(Image(base64.b64decode('{picture}'), format='png'))",
    )
    progress: list[tuple[int, int]] = []
    notebook = executed(tale, {"TOY": "bear"}, lambda *at: progress.append(at))
    nbformat.validate(notebook)
    assert notebook.cells[0].source == "# A tale"
    assert notebook.cells[1].outputs[0].text == "bear\n"
    assert notebook.cells[2].outputs[0].data["image/png"].strip() == picture
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2]
    assert progress == [(0, 3), (1, 3), (2, 3)]
    assert tale.target == project / "experiments" / "toys" / "tale.ipynb"


def test_it_runs_where_its_notebook_lies_and_tells_nothing_of_when_and_where(
    project: Path,
) -> None:
    tale = script(project, "from pathlib import Path\nPath('made').touch()\nprint(1)")
    made = [nbformat.writes(executed(tale, {})) for _ in range(2)]
    assert (project / "experiments" / "toys" / "made").exists()
    assert made[0] == made[1]
    assert str(project) not in made[0]


def test_trials_run_in_processes_beside_the_kernel(project: Path) -> None:
    tale = script(
        project,
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})",
        "from lib.tracking import Workers\n"
        "from lib.tuning import evaluate_all\n"
        "from tests.lib.tuning.toys import MemoryLog, hill\n"
        "points = [({'rate': 0.01, 'layers': layers}, 1) for layers in (4, 5, 6)]\n"
        "found = evaluate_all(\n"
        "    hill, points, objective='best_val_score', trials=MemoryLog(), workers=Workers(1),\n"
        "    on_trial=lambda *_: None,\n"
        ")\n"
        "print(found.best.values)",
    )
    assert executed(tale, {}).cells[2].outputs[0].text == "{'rate': 0.01, 'layers': 5}\n"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings\nwarnings.warn('mind the gap')", "mind the gap"),
        ("import os\nos._exit(3)", "Kernel died"),
    ],
)
def test_what_goes_wrong_is_said_with_its_cell(project: Path, cell: str, reason: str) -> None:
    tale = script(project, "print(1)", cell)
    with pytest.raises(NotebookError, match=r"tale\.py, cell 3: [\s\S]*" + reason):
        executed(tale, {})


def test_what_a_notebook_is_made_from_changes_with_its_script(project: Path) -> None:
    before = script(project, "print(1)").made_from("quick", {"toys.final": "abc"})
    after = script(project, "print(2)").made_from("quick", {"toys.final": "abc"})
    assert before["script_sha256"] != after["script_sha256"]
    assert before["computations"] == after["computations"] == {"toys.final": "abc"}
