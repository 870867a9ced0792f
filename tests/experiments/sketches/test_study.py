"""What the stages of `sketches` may look at, and what they are called with."""

from typing import Any

import pytest

from experiments.sketches import (
    bestmodel,
    convnet,
    densenet,
    exploration,
    failures,
    flips,
    recipe,
)
from lib.tracking import Results
from tests.stages import SKETCHES, named
from tests.watched import Watched

pytestmark = pytest.mark.timeout(900)


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
    assert sorted(watched.inputs) == sorted(named(SKETCHES))
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
