"""Bars of how often names occur."""

import pytest

from lib.figures.shares import counts


def test_bars_are_as_long_as_what_was_counted() -> None:
    figure = counts(["a", "b", "c"], {"one": [1, 0, 4], "two": [2, 2, 5]}, of=5, unit="things")
    (axes,) = figure.axes
    assert [[bar.get_width() for bar in bars] for bars in axes.containers] == [[1, 0, 4], [2, 2, 5]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_xlim() == (0, 5)
    assert axes.get_xlabel() == "things"
    assert axes.get_legend() is not None
    first, last = axes.containers[0][0], axes.containers[0][2]
    top, bottom = axes.get_ylim()[1], axes.get_ylim()[0]
    assert top < first.get_y() < last.get_y() < bottom


def test_a_single_counting_needs_no_legend() -> None:
    (axes,) = counts(["a"], {"one": [1]}, of=5, unit="things").axes
    assert axes.get_legend() is None


@pytest.mark.parametrize("counted", [{"one": [1, 2]}, {"one": [6]}, {"one": [-1]}, {}])
def test_what_does_not_fit_is_refused(counted: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match="Expected one"):
        counts(["a"], counted, of=5, unit="things")
