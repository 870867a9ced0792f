"""Names at the ends of lines keep apart; a marked place has its line, its word and its ring."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from lib.figures.marks import AXES_SHARE, LABEL_MM, mark_place, name_ends


def test_names_at_one_height_are_moved_apart_by_a_line_and_keep_their_order() -> None:
    axes = Figure().subplots()
    axes.set_ylim(0, 1)
    name_ends(axes, {"upper": (3, 0.51), "lower": (4, 0.5)}, height_mm=50)
    placed = {text.get_text(): text.xy for text in axes.texts if isinstance(text, Annotation)}
    assert (placed["upper"][0], placed["lower"][0]) == (3, 4)
    assert np.isclose(placed["upper"][1] - placed["lower"][1], LABEL_MM / (50 * AXES_SHARE))


def test_names_far_from_each_other_stand_at_their_lines_ends() -> None:
    axes = Figure().subplots()
    axes.set_ylim(0, 1)
    name_ends(axes, {"upper": (3, 0.9), "lower": (3, 0.1)}, height_mm=50)
    assert [text.xy[1] for text in axes.texts if isinstance(text, Annotation)] == [0.9, 0.1]


def test_a_place_is_ringed_only_where_a_value_is_given() -> None:
    axes = Figure().subplots()
    mark_place(axes, 2, "best")
    assert [np.asarray(line.get_xdata()).tolist() for line in axes.lines] == [[2, 2]]
    mark_place(axes, 2, "best", ring=0.25)
    ring = axes.lines[-1]
    assert np.asarray(ring.get_xdata()).tolist() == [2]
    assert np.asarray(ring.get_ydata()).tolist() == [0.25]
    assert [text.get_text() for text in axes.texts] == ["best", "best"]
