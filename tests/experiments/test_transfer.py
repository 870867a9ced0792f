"""What the stages of `transfer` may look at, and the parts of the study."""

import dataclasses
import shutil
from typing import Any

import numpy as np
import pytest

from contract.names import DataSource, Profile
from experiments.transfer import codes, data, denoising, food, paths
from lib.tracking import Results, StageError
from tests.eager import eagerly
from tests.stages import TRANSFER, named
from tests.watched import Watched

# Exploring chooses nothing, a frozen network looks at one image at a time, and `reload` only
# checks that the kept network predicts as before.
SEEING = {"paths.explore", "paths.final", "paths.reload", "food.explore", "food.features",
          "food.final", "codes.explore", "codes.final", "denoising.final"}  # fmt: skip


def test_without_graphviz_the_study_stops_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(StageError, match="without Graphviz \\(apt-get"):
        paths.diagrams(networks=("residual",), filters=(4, 4), dropout=0.1, seed=1)


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose experiments were called."""
    kinds = ("pixels", "codes", "pca")
    heads = ("small-0", "small-1", "smaller-0", "smaller-1")
    study: Any = Watched(
        best_network="small",
        best_layers=1,
        best_blocks=1,
        best_learning_rate=0.01,
        best_sequential_learning_rate=0.02,
        best_residual_learning_rate=0.03,
        **{f"best_{kind}_linear_c": at + 1.0 for at, kind in enumerate(kinds)},
        **{f"best_{kind}_rbf_c": at + 4.0 for at, kind in enumerate(kinds)},
        **{f"{head}.dropout": 0.2 for head in heads},
        **{f"{head}.learning_rate": 0.1 for head in heads},
    )
    for experiment in (paths, food, codes, denoising):
        experiment.run(study)
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    assert list(watched.inputs) == named(TRANSFER)
    assert watched.seeing() == SEEING


def test_final_stages_take_what_the_earlier_ones_chose(watched: Watched) -> None:
    assert watched.inputs["paths.final"]["learning_rates"] == {"sequential": 0.02, "residual": 0.03}
    final = watched.inputs["food.final"]
    assert (final["chosen"], final["blocks"], final["learning_rate"]) == ("small-1", 1, 0.01)
    assert watched.inputs["food.rates"]["head"] == final["settings"]["small-1"]
    assert watched.inputs["codes.final"]["best"]["pca_rbf"] == 6.0
    assert watched.inputs["denoising.final"]["learning_rate"] == 0.01


@pytest.mark.parametrize("load", [data.cifar, data.dishes, data.letters])
def test_data_of_the_smoke_profile_says_that_it_is_a_stand_in(load: Any) -> None:
    assert load(Profile.SMOKE, 1).source is DataSource.STAND_IN


def test_a_copy_in_two_parts_is_counted() -> None:
    drawn = data.dishes(Profile.SMOKE, 1)
    assert food.explore(drawn, seed=1).metrics["straddling"] == 0
    x_test = drawn.x_test.copy()
    x_test[3] = drawn.x_train[5]
    planted = dataclasses.replace(drawn, x_test=x_test)
    found = food.explore(planted, seed=1)
    assert (found.metrics["straddling"], found.metrics["duplicates"]) == (1, 1)


@eagerly
def test_the_kept_network_must_predict_as_when_it_was_tested() -> None:
    drawn = data.cifar(Profile.SMOKE, 1)
    trained = Results(
        params={"best_network": "sequential"},
        arrays={"y_pred_best": np.full(len(drawn.y_test), 99)},
        files={"model.weights.h5": _sequential_weights()},
    )
    with pytest.raises(StageError, match="Received: 40 others among 40"):
        paths.reload(drawn, trained=trained, filters=(4, 4), dropout=0.3, seed=1)


def _sequential_weights() -> bytes:
    from experiments.transfer import architectures
    from lib import training

    training.set_seed(1)
    return training.weights_to_bytes(architectures.build("sequential", filters=(4, 4), dropout=0.3))
