"""Networks drawn as graphs: where layers stand, and which lines join them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyBboxPatch

from lib.figures.graph import graphs

ROWS = [
    ("image", "image", "8 × 8 × 3", 0, ""),
    ("flip", "mirror", "8 × 8 × 3", 0, "image"),
    ("a", "3 × 3, 4", "8 × 8 × 4", 10, "flip"),
    ("b", "3 × 3, 4", "8 × 8 × 4", 20, "a"),
    ("c", "3 × 3, 4", "8 × 8 × 4", 20, "b"),
    ("around", "1 × 1, 4", "8 × 8 × 4", 5, "a"),
    ("sum", "+", "8 × 8 × 4", 0, "c,around"),
]


def table(rows: list[tuple[str, str, str, int, str]]) -> pd.DataFrame:
    columns = ["name", "label", "output_shape", "parameters", "inputs"]
    return pd.DataFrame(rows, columns=columns)


def test_a_residual_network_is_a_chain_with_a_way_around() -> None:
    (axes,) = graphs({"residual": table(ROWS)}).axes
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    assert len(boxes) == len(ROWS) - 1  # mirroring is left out
    lefts = [round(box.get_x(), 3) for box in boxes]
    chain, around = lefts[:4] + lefts[5:], lefts[4]
    assert len(set(chain)) == 1
    assert around > chain[0]
    assert len(axes.lines) == 6  # a line for each input of a layer that is drawn
    tops = [box.get_y() for box in boxes]
    assert tops[4] == tops[2]  # the way around begins beside the first of its chain
    assert tops[5] > tops[3]


def test_no_line_runs_behind_a_box() -> None:
    rows = [*ROWS[:-1], ("mean", "mean", "4", 0, "a"), ("join", "join", "8", 0, "c,around,mean")]
    (axes,) = graphs({"joined": table(rows)}).axes
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    for line in axes.lines:
        xs, ys = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        for box in boxes:
            inside = box.get_x() < xs[0] < box.get_x() + box.get_width()
            top, bottom = box.get_y(), box.get_y() + box.get_height()
            assert not (inside and ys[0] < top - 0.1 and ys[1] > bottom + 0.1)


def test_an_input_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"inputs of b in the rows above it. Missing: \['a'\]"):
        graphs({"broken": table([ROWS[3]])})
