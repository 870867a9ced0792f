"""Lines are drawn from their numbers, named at their ends, and nowhere twice."""

import numpy as np
import pytest
from matplotlib.text import Annotation

from lib.figures.lines import lines

SERIES = {"pixels": [0.31, 0.35, 0.33], "HOG": [0.41, 0.5, 0.49]}


def test_each_line_has_its_values_and_its_name_at_its_end() -> None:
    figure = lines([1, 2, 3], SERIES, x_label="k", y_label="accuracy", marked=(2, "chosen"))
    axes = figure.axes[0]
    drawn = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in axes.lines[:2]}
    assert drawn == SERIES
    texts = {text.get_text(): text for text in axes.texts if isinstance(text, Annotation)}
    assert set(texts) == {"pixels", "HOG", "chosen"}
    assert [texts[name].xy[0] for name in SERIES] == [3, 3]
    assert texts["HOG"].xy[1] > texts["pixels"].xy[1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("k", "accuracy")


def test_the_marked_place_has_a_line() -> None:
    axes = lines([1, 2, 3], SERIES, x_label="k", y_label="y", marked=(2, "chosen")).axes[0]
    assert np.asarray(axes.lines[2].get_xdata()).tolist() == [2, 2]


@pytest.mark.parametrize(("x", "values"), [([1, 1], [1, 2]), ([2, 1], [1, 2]), ([1, 2], [1])])
def test_places_that_do_not_rise_or_lack_a_value_are_refused(
    x: list[float], values: list[float]
) -> None:
    with pytest.raises(ValueError, match="x in ascending order and one value for each"):
        lines(x, {"a": values}, x_label="x", y_label="y")
