"""The study `transfer` from end to end on its smoke profile, and its notebook."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from report.studies.transfer import STUDY
from submission import trial
from tests.stages import TRANSFER, named
from tests.studies.finished import assert_nothing_is_computed_again, call, handed_in, smoke

NAMES = named(TRANSFER)

needs_graphviz = pytest.mark.skipif(
    shutil.which("dot") is None, reason="Graphviz is not installed (./toxw installs it)"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    return smoke("transfer", NAMES, tmp_path_factory.mktemp("store"), migrated)


@needs_graphviz
@pytest.mark.timeout(900)
def test_a_second_run_computes_nothing(store: Path) -> None:
    assert_nothing_is_computed_again("transfer", NAMES, store)


@needs_graphviz
@pytest.mark.timeout(900)
def test_the_notebook_shows_every_exercise(store: Path, tmp_path: Path) -> None:
    done = call(store, "notebooks", "transfer", "--profile", "smoke", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    cells = json.loads((tmp_path / "transfer.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    kinds = Counter(kind for output in outputs for kind in output.get("data", ()))
    assert kinds["image/png"] == 14
    assert kinds["image/svg+xml"] == 1  # Keras' own plot
    assert kinds["text/html"] >= 9
    printed = "".join("".join(output.get("text", ())) for output in outputs)
    for written in ("networks.csv", "heads.csv", "machines.csv", "levels.csv", "PCA 0."):
        assert written in printed


@needs_graphviz
@pytest.mark.timeout(900)
def test_its_zip_runs_elsewhere_and_its_report_verifies(store: Path) -> None:
    assert trial.failure(handed_in(STUDY, store), "transfer") == ""
