"""The trade of two costs: one point a setting in order of the first, and the baseline across."""

import numpy as np
import pytest

from lib.figures.trade import trade_off


def test_points_are_joined_in_order_and_named() -> None:
    figure = trade_off(
        [3.0, 1.0, 2.0],
        [0.1, 0.3, 0.2],
        names=["a", "b", "c"],
        baseline=0.05,
        baseline_name="PCA",
        x_label="nats",
        y_label="error",
    )
    axes = figure.axes[0]
    curve, across = axes.lines
    assert np.asarray(curve.get_xdata()).tolist() == [1, 2, 3]
    assert np.asarray(curve.get_ydata()).tolist() == [0.3, 0.2, 0.1]
    assert np.asarray(across.get_ydata()).tolist() == [0.05, 0.05]
    assert {text.get_text() for text in axes.texts} == {"a", "b", "c", "PCA"}


def test_a_missing_name_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected one value of each cost"):
        trade_off([1.0], [1.0], names=[], baseline=0, baseline_name="", x_label="", y_label="")
