"""What the stages of `fashion` may look at, and what is handed on from one to the next."""

from typing import Any

import numpy as np
import pytest

from contract.names import DataSource, Profile
from experiments.fashion import classification, encoding
from experiments.fashion.data import load
from lib.tracking import Results, StageError
from tests.eager import eagerly
from tests.stages import FASHION
from tests.watched import Watched


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose two experiments were called."""
    study: Any = Watched(
        best_learning_rate=0.1,
        best_dense_units=3,
        best_dropout=0.2,
        best_epochs=4,
        best_width=5,
        best_latent_features=6,
    )
    classification.run(study)
    encoding.run(study)
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    stages = [
        f"{experiment}.{stage}"
        for experiment in ("classification", "encoding")
        for stage in FASHION[experiment]
    ]
    assert list(watched.inputs) == stages
    assert not watched.seeing() & {
        "classification.initial",
        "classification.tuning",
        "classification.regularization",
        "encoding.initial",
        "encoding.tuning",
        "encoding.baseline",
        "encoding.shrink",
    }
    assert {"classification.final", "encoding.final"} <= watched.seeing()


def test_final_stages_take_what_the_earlier_ones_chose(watched: Watched) -> None:
    final = watched.inputs["classification.final"]
    assert (final["learning_rate"], final["dense_units"]) == (0.1, 3)
    assert (final["dropout"], final["epochs"]) == (0.2, 4)
    final = watched.inputs["encoding.final"]
    assert (final["learning_rate"], final["width"], final["latent_features"]) == (0.1, 5, 6)


@eagerly
def test_reload_fails_when_a_label_is_not_reproduced() -> None:
    data = load(Profile.SMOKE, 1).sample
    trained = classification.final(
        data, seed=1, learning_rate=1e-3, dense_units=16, dropout=0.5, epochs=1, batch_size=64
    )
    rebuilt = classification.reload(data, trained=trained, seed=1)
    assert rebuilt.metrics["reproduced_labels"] == len(data.y_test)
    assert rebuilt.arrays["images"].dtype == np.uint8
    other = trained.arrays["y_test_pred"].copy()
    other[3] = (other[3] + 1) % len(data.class_names)
    changed = Results(files=trained.files, arrays={**trained.arrays, "y_test_pred": other})
    with pytest.raises(StageError, match=f"1 of {len(other)} differ"):
        classification.reload(data, trained=changed, seed=1)


def test_data_of_the_smoke_profile_says_that_it_is_a_stand_in() -> None:
    assert load(Profile.SMOKE, 1).whole.source is DataSource.STAND_IN
