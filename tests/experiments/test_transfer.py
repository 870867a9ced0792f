"""The study `transfer` from end to end on its smoke profile, and what it may look at."""

import dataclasses
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.names import DataSource, Profile
from experiments.__main__ import main as experiments
from experiments.transfer import codes, data, denoising, food, paths
from lib.tracking import Results, StageError
from report.studies.transfer import STUDY
from submission import trial
from tests.eager import eagerly
from tests.finished import call, handed_in, invoke, smoke
from tests.watched import Watched

STAGES = {
    "paths": ("explore", "diagrams", "tuning", "final", "reload"),
    "food": ("explore", "features", "tuning", "rates", "final"),
    "codes": ("explore", "lengths", "autoencoder", "selection", "final"),
    "denoising": ("network", "tuning", "final"),
}
NAMES = [f"{experiment}.{stage}" for experiment, stages in STAGES.items() for stage in stages]
# Exploring chooses nothing, a frozen network looks at one image at a time, and `reload` only
# checks that the kept network predicts as before.
SEEING = {"paths.explore", "paths.final", "paths.reload", "food.explore", "food.features",
          "food.final", "codes.explore", "codes.final", "denoising.final"}  # fmt: skip

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
    result = invoke(store, experiments, "run", "transfer", "--profile", "smoke")
    assert result.exit_code == 0, result.output
    assert ": started" not in result.output
    assert result.output.count("already there") == len(NAMES)


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
    assert list(watched.inputs) == NAMES
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
