"""An experiment is gone through a stage at a time, by its own `run`."""

from typing import Any

import pytest

from lib.tracking import Results, Study
from notebooks.steps import Steps


def first(*, seed: int) -> Results:
    return Results(metrics={"value": float(seed)})


def second(*, before: Results) -> Results:
    return Results(metrics={"value": before.metrics["value"] + 1})


class Counting:
    """A study that calls every stage and counts how often."""

    seed = 3

    def __init__(self) -> None:
        self.called: list[str] = []

    def stage(self, function: Any, *, draw: Any = None, **inputs: Any) -> Results:
        self.called.append(function.__name__)
        return Results(metrics=function(**inputs).metrics)


def run(study: Study) -> None:
    study.stage(second, before=study.stage(first, seed=study.seed))


@pytest.mark.parametrize(
    ("stage", "value", "called"), [("first", 3.0, ["first"]), ("second", 4.0, ["first", "second"])]
)
def test_it_goes_as_far_as_the_stage_and_no_further(
    stage: str, value: float, called: list[str]
) -> None:
    study: Any = Counting()
    assert Steps(study, run).through(stage).metrics == {"value": value}
    assert study.called == called


def test_a_stage_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    study: Any = Counting()
    with pytest.raises(LookupError, match=r"one of the stages first, second\. Received: 'third'"):
        Steps(study, run).through("third")
