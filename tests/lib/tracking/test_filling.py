"""Parameters of a stage that its study and its config fill in, by name."""

from dataclasses import dataclass

import pytest

from lib.tracking.filling import filled


@dataclass(frozen=True)
class Config:
    """Two settings, one of which no stage takes."""

    epochs: int = 3
    unused: str = "nobody's"


def stage(data: str, *, seed: int, epochs: int) -> None:
    """Take what a stage takes."""


def test_a_stage_gets_the_fields_of_the_config_and_the_seed_that_it_has_parameters_for() -> None:
    found = filled(stage, {"data": "images"}, Config(), seed=7, trials="log")
    assert found == {"data": "images", "seed": 7, "epochs": 3}


def test_what_is_given_counts_more_than_the_config_and_the_study() -> None:
    given = {"data": "images", "seed": 1, "epochs": 9}
    assert filled(stage, given, Config(), seed=7) == given


def test_a_field_counts_more_than_what_the_study_knows() -> None:
    assert filled(stage, {}, Config(), epochs=5, seed=7)["epochs"] == 3


def test_a_misspelled_argument_stays_to_be_refused_by_the_stage() -> None:
    with pytest.raises(TypeError, match="epoch"):
        stage(**filled(stage, {"data": "images", "epoch": 1}, Config(), seed=7))
