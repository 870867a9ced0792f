"""The study `sketches` from end to end on its smoke profile."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from contract.names import Profile
from experiments.__main__ import main as experiments
from experiments.sketches import densenet, recipe
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from lib.tracking import Study
from report.__main__ import main as report
from tests.stages import SKETCHES, named
from tests.studies.finished import smoke

NAMES = named(SKETCHES)
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
