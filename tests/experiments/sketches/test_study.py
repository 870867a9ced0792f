"""The study `sketches` from end to end on its smoke profile, and what its stages may look at."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from contract.names import Profile
from experiments.__main__ import main as experiments
from experiments.sketches import (
    bestmodel,
    convnet,
    densenet,
    exploration,
    failures,
    flips,
    recipe,
)
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from lib.tracking import Results, Study
from report.__main__ import main as report
from tests.finished import smoke
from tests.watched import Watched

STAGES = {
    "exploration": ("explore",),
    "densenet": ("tuning", "final"),
    "convnet": ("tuning", "final"),
    "bestmodel": ("designs", "final"),
    "failures": ("examples", "mistakes", "robustness"),
    "flips": ("cure",),
}
NAMES = [f"{experiment}.{stage}" for experiment, stages in STAGES.items() for stage in stages]
SMOKE = ("run", "sketches", "--profile", "smoke")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    return smoke("sketches", NAMES, tmp_path_factory.mktemp("store"), migrated)


@pytest.fixture
def at_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store, for commands in this process."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store / 'mlflow.db'}")
    return store


def call(command: Any, *args: str) -> Result:
    return CliRunner().invoke(command, args)


def test_a_second_run_computes_nothing(at_store: Path) -> None:
    result = call(experiments, *SMOKE)
    assert result.exit_code == 0, result.output
    assert result.output.count("already there") == len(NAMES)
    assert ": started" not in result.output


def test_the_report_builds_without_a_draft_and_verifies(at_store: Path) -> None:
    file = str(at_store / "sketches.pdf")
    built = call(report, "build", "sketches", "--output", file)
    assert built.exit_code == 0, built.output
    verified = call(report, "verify", file)
    assert verified.exit_code == 0, verified.output


def test_the_file_that_is_handed_in_predicts_what_is_handed_in(at_store: Path) -> None:
    study = Study("sketches", profile=Profile.SMOKE, plan=True)
    final = densenet.run(study)
    images = np.load(io.BytesIO(final.files["images.npy"]))
    labels = np.loadtxt(io.BytesIO(final.files["predictions.csv"]), dtype=int)
    model = recipe.read_back(two_layer_dense_net, final.files["densenet.pt"], "densenet.pt")
    predicted = predict_logits(model, images).argmax(axis=1)
    assert len(images) == 100
    assert len(labels) == 120
    assert predicted.tolist() == labels[:100].tolist()
    assert np.mean(labels == final.arrays["y_true"]) == final.metrics["test_accuracy"] > 0.3


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose experiments were called."""
    study: Any = Watched(
        best_learning_rate=0.25,
        best_batch_size=7,
        best_steps=9,
        handed_in_learning_rate=0.5,
        learning_rate=0.5,
    )
    exploration.run(study)
    dense, best = densenet.run(study), bestmodel.run(study)
    convnet.run(study)
    failures.run(study, best=best, dense=dense)
    flips.run(study, best=best)
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    assert sorted(watched.inputs) == sorted(NAMES)
    assert watched.seeing() == {
        "exploration.explore",
        "densenet.final",
        "convnet.final",
        "bestmodel.final",
    }


def test_final_stages_take_what_was_chosen(watched: Watched) -> None:
    assert watched.inputs["densenet.final"]["learning_rate"] == 0.25
    chosen = {name: watched.inputs["convnet.final"][name] for name in ("batch_size", "steps")}
    assert chosen == {"batch_size": 7, "steps": 9}
    assert watched.inputs["bestmodel.final"]["learning_rate"] == 0.5
    assert watched.inputs["flips.cure"]["learning_rate"] == 0.5


def test_a_design_that_is_too_large_for_its_file_ends_the_run() -> None:
    design = bestmodel.Design(blocks=((64,), (128,), (192,)))
    data: Any = None
    with pytest.raises(ValueError, match=r"at most 1,000,000 bytes. Received: 1,1\d\d,\d\d\d"):
        recipe.tested(
            design.build, design.build(), Results(), data=data, to_predict=data, name="best"
        )
