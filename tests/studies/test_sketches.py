"""The study `sketches` from end to end on its smoke profile."""

import io
from pathlib import Path

import numpy as np
import pytest

from contract.names import Profile
from experiments.sketches import densenet, recipe
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from lib.tracking import Study
from tests.stages import SKETCHES, named
from tests.studies.finished import (
    address,
    assert_nothing_is_computed_again,
    assert_report_verifies,
    smoke,
)

NAMES = named(SKETCHES)

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    return smoke("sketches", NAMES, tmp_path_factory.mktemp("store"), migrated)


def test_a_second_run_computes_nothing(store: Path) -> None:
    assert_nothing_is_computed_again("sketches", NAMES, store)


def test_the_report_builds_without_a_draft_and_verifies(store: Path) -> None:
    assert_report_verifies("sketches", store)


def test_the_file_that_is_handed_in_predicts_what_is_handed_in(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address(store))
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
