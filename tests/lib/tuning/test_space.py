"""A space is plain values that refuse what cannot be searched."""

from typing import Any

import pytest

from lib.tracking.fingerprint import plain
from lib.tuning import Choice, Float, GridSearch, Hyperband, Int
from lib.tuning.space import combinations


def test_a_real_number_makes_combinations_endless() -> None:
    assert combinations({"units": Choice(64, 128)}) == 2
    assert combinations({"units": Choice(64, 128), "rate": Float(0, 1)}) is None


def test_integers_include_both_ends() -> None:
    assert Int(2, 8, step=3).values == (2, 5, 8)
    assert Int(4, 4).values == (4,)


def test_values_of_different_types_are_different_values() -> None:
    assert Choice(1, 1.0, True).values == (1, 1.0, True)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (Choice, ()),
        (Choice, (64, 64)),
        (Int, (2, 1)),
        (Int, (1, 2, 0)),
        (Float, (1.0, 1.0)),
        (Float, (0.0, 1.0, True)),
        (Float, (0.0, float("inf"))),
    ],
)
def test_an_empty_range_is_refused(kind: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"Expected .* Received: "):
        kind(*arguments)


def test_a_fingerprint_tells_spaces_apart_by_their_values() -> None:
    space = {"units": Choice(64, 128), "rate": Float(1e-4, 1e-2, log=True)}
    again = {"units": Choice(64, 128), "rate": Float(1e-4, 1e-2, log=True)}
    wider = {"units": Choice(64, 256), "rate": Float(1e-4, 1e-2, log=True)}
    assert plain("space", space) == plain("space", again) != plain("space", wider)


def test_a_grid_refuses_a_real_number() -> None:
    with pytest.raises(ValueError, match="Expected only Choice and Int in a grid"):
        GridSearch().trials({"rate": Float(0, 1)})


def test_hyperband_refuses_a_space_that_cannot_fill_its_brackets() -> None:
    with pytest.raises(ValueError, match="at least 17 combinations"):
        Hyperband(max_epochs=9).trials({"units": Int(1, 16)})
    assert Hyperband(max_epochs=9).trials({"units": Int(1, 17)}) == 23
