"""Figures drawn from tables: class counts, layers, searches, comparisons, confusion."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon, Rectangle

from lib.figures.architecture import architecture
from lib.figures.comparison import paired_arms
from lib.figures.confusion import confusion_matrix
from lib.figures.distribution import class_counts
from lib.figures.matrix import class_matrix
from lib.figures.tuning import search_results

LAYERS = pd.DataFrame(
    [
        ("image", "28 × 28 × 1", 0),
        ("conv_1", "26 × 26 × 32", 320),
        ("pool_1", "13 × 13 × 32", 0),
        ("flatten", "5408", 0),
        ("probabilities", "10", 54090),
    ],
    columns=["name", "output_shape", "parameters"],
)


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


def outlined(axes: Axes) -> list[tuple[float, float]]:
    """Row and column of each cell with a frame but no filling."""
    frames = [
        patch for patch in axes.patches if isinstance(patch, Rectangle) and not patch.get_fill()
    ]
    return [(frame.get_y(), frame.get_x()) for frame in frames]


def cells_of(axes: Axes) -> dict[tuple[float, float], str]:
    """Texts by column and row; a text stands in the middle of its cell."""
    return {
        (text.get_position()[0] - 0.5, text.get_position()[1] - 0.5): text.get_text()
        for text in axes.texts
    }


class TestClassCounts:
    COUNTS = pd.DataFrame({"class": ["ant", "bee"], "train": [50, 40], "val": [10, 1]})

    def test_bars_are_as_long_as_the_counts_and_stand_end_to_end(self) -> None:
        train, val = class_counts(self.COUNTS).axes[0].containers
        bars = [[(bar.get_x(), bar.get_width()) for bar in part] for part in (train, val)]
        assert bars == [[(0, 50), (0, 40)], [(50, 10), (40, 1)]]

    def test_splits_and_counts_are_written_where_there_is_room(self) -> None:
        axes = class_counts(self.COUNTS).axes[0]
        assert texts(axes) == ["50", "40", "training", "10", "validation"]
        assert [label.get_text() for label in axes.get_yticklabels()] == ["ant", "bee"]


class TestConfusionMatrix:
    COUNTS = np.array([[8, 2, 0], [0, 5, 0], [1000, 0, 9000]])

    def test_cells_hold_their_counts_and_the_edges_recall_and_precision(self) -> None:
        axes = confusion_matrix(self.COUNTS, ["ant", "bee", "cat"]).axes[0]
        cells = cells_of(axes)
        assert cells[1, 0] == "2"
        assert cells[0, 2] == "1,000"
        assert cells[2, 0] == ""
        assert (cells[3, 0], cells[3, 1], cells[3, 2]) == ("80 %", "100 %", "90 %")
        assert (cells[0, 3], cells[1, 3], cells[2, 3]) == ("1 %", "71 %", "100 %")

    def test_rows_are_true_and_columns_predicted(self) -> None:
        axes = confusion_matrix(self.COUNTS, ["ant", "bee", "cat"]).axes[0]
        assert (axes.get_ylabel(), axes.get_xlabel()) == ("true", "predicted")
        assert axes.yaxis_inverted()

    def test_more_of_a_row_is_a_darker_cell(self) -> None:
        axes = confusion_matrix(np.array([[6, 3, 1]] * 3), ["a", "b", "c"]).axes[0]
        (mesh,) = axes.collections
        red = np.asarray(mesh.get_facecolor())[:3, 0]
        assert red[0] < red[1] < red[2]

    def test_letters_are_white_on_dark_cells_alone(self) -> None:
        axes = confusion_matrix(self.COUNTS, ["ant", "bee", "cat"]).axes[0]
        letters = {text.get_text(): text.get_color() for text in axes.texts}
        assert letters["9,000"] == "white"
        assert letters["1,000"] != "white"

    def test_the_last_row_and_column_are_not_shaded(self) -> None:
        axes = confusion_matrix(self.COUNTS, ["ant", "bee", "cat"]).axes[0]
        (mesh,) = axes.collections
        empty = np.ma.getmaskarray(np.ma.asarray(mesh.get_array())).reshape(4, 4)
        assert empty[3].all()
        assert empty[:, 3].all()
        assert not empty[:3, :3].any()

    def test_a_heat_map_leaves_no_figure_of_pyplot_behind(self) -> None:
        before = dict(mpl.rcParams)
        figure = confusion_matrix(self.COUNTS, ["ant", "bee", "cat"])
        from matplotlib import pyplot as plt

        assert plt.get_fignums() == []
        assert dict(mpl.rcParams) == before
        assert figure.canvas.manager is None

    def test_counts_that_do_not_match_the_names_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"Expected \(2, 2\) counts"):
            confusion_matrix(self.COUNTS, ["ant", "bee"])


def test_a_class_matrix_shows_each_value_and_leaves_nan_empty() -> None:
    values = np.array([[np.nan, 0.25], [0.5, 0.125]])
    axes = class_matrix(values, ["a", "b"], row_name="of", column_name="as").axes[0]
    assert cells_of(axes) == {(1, 0): "0.25", (0, 1): "0.50", (1, 1): "0.12"}
    assert axes.yaxis_inverted()  # the first row is on top


class TestArchitecture:
    def test_every_layer_is_a_block_with_its_shape_and_parameters(self) -> None:
        axes = architecture(LAYERS).axes[0]
        blocks = [patch for patch in axes.patches if isinstance(patch, Polygon)]
        assert len(blocks) == 3 * len(LAYERS)  # front, lid and side
        assert texts(axes)[3:9] == ["image", "28 × 28 × 1", "–", "conv_1", "26 × 26 × 32", "320"]

    def test_blocks_shrink_with_their_images(self) -> None:
        axes = architecture(LAYERS).axes[0]
        fronts = [patch.get_xy() for patch in axes.patches[::3] if isinstance(patch, Polygon)]
        heights = [np.ptp(np.asarray(corners)[:, 1]) for corners in fronts]
        assert heights[0] / heights[2] == pytest.approx(28 / 13)
        assert heights[4] < heights[3]

    def test_layers_that_change_no_shape_are_written_under_the_one_before(self) -> None:
        dropout = pd.DataFrame({"name": ["drop"], "output_shape": ["5408"], "parameters": [0]})
        axes = architecture(pd.concat([LAYERS[:4], dropout, LAYERS[4:]])).axes[0]
        assert len(axes.patches) == 3 * len(LAYERS)
        places = {text.get_text(): text.get_position() for text in axes.texts}
        assert places["drop"][0] == places["flatten"][0]
        assert places["drop"][1] == places["then"][1]

    def test_layers_with_parameters_alone_are_shaded(self) -> None:
        fronts = architecture(LAYERS).axes[0].patches[::3]
        shaded = [sum(to_rgb(front.get_facecolor())) < 2.9 for front in fronts]
        assert shaded == [False, True, False, False, True]

    def test_a_deep_network_goes_on_in_a_second_row_at_the_same_width(self) -> None:
        deep = architecture(pd.concat([LAYERS] * 3))
        assert len(deep.axes) == 2
        assert deep.get_figwidth() == architecture(LAYERS).get_figwidth()

    def test_a_shape_without_sizes_is_refused(self) -> None:
        with pytest.raises(ValueError, match="Expected whole numbers in the output shape of image"):
            architecture(LAYERS.assign(output_shape="none"))


class TestSearchResults:
    GRID = pd.DataFrame(
        {
            "learning_rate": [0.1, 0.1, 0.01, 0.01],
            "units": [8, 16, 8, 16],
            "val_accuracy": [0.5, 0.9, 0.7, np.nan],
        }
    )

    def draw(self, trials: pd.DataFrame, **options: Any) -> Axes:
        figure = search_results(
            trials, x="learning_rate", y="units", objective="val_accuracy", digits=2, **options
        )
        return figure.axes[0]

    def test_a_grid_is_a_heat_map_with_the_best_outlined(self) -> None:
        axes = self.draw(self.GRID)
        cells = cells_of(axes)
        assert cells == {(0, 0): "failed", (1, 0): "0.90", (0, 1): "0.70", (1, 1): "0.50"}
        assert [label.get_text() for label in axes.get_xticklabels()] == ["0.01", "0.1"]
        assert [label.get_text() for label in axes.get_yticklabels()] == ["16", "8"]
        assert outlined(axes) == [(0, 1)]

    def test_less_is_better_where_the_objective_falls(self) -> None:
        assert outlined(self.draw(self.GRID, rising=False)) == [(1, 1)]

    def test_axes_are_named_as_people_write_or_as_asked(self) -> None:
        axes = self.draw(self.GRID, labels={"units": "hidden units"})
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("learning rate", "hidden units")

    def test_other_searches_are_points_with_the_best_ringed(self) -> None:
        trials = pd.DataFrame(
            {
                "learning_rate": [1e-4, 1e-3, 1e-2, 3e-3],
                "units": [10, 14, 9, 12],
                "val_accuracy": [0.5, 0.9, 0.7, np.nan],
            }
        )
        axes = self.draw(trials)
        finished, failed, ring = (
            np.asarray(points.get_offsets()).tolist() for points in axes.collections
        )
        assert finished == [[1e-4, 10], [1e-3, 14], [1e-2, 9]]
        assert failed == [[3e-3, 12]]
        assert ring == [[1e-3, 14]]
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
        assert texts(axes) == ["failed", "best"]

    def test_a_search_without_a_finished_trial_is_refused(self) -> None:
        with pytest.raises(ValueError, match="Received: 4 trials, none finished"):
            self.draw(self.GRID.assign(val_accuracy=np.nan))


class TestPairedArms:
    def draw(self) -> tuple[Axes, Axes]:
        pairs, differences = paired_arms(
            [0.80, 0.82],
            [0.85, 0.84],
            names=("without", "with"),
            metric="accuracy",
            mean_difference=0.035,
            interval=(-0.01, 0.08),
        ).axes
        return pairs, differences

    def test_each_seed_is_a_line_from_arm_to_arm_and_the_mean_a_heavier_one(self) -> None:
        *seeds, mean = self.draw()[0].lines
        assert [np.asarray(line.get_ydata()).tolist() for line in seeds] == [
            [0.80, 0.85],
            [0.82, 0.84],
        ]
        assert np.asarray(mean.get_ydata()).tolist() == pytest.approx([0.81, 0.845])
        assert mean.get_linewidth() > 2 * seeds[0].get_linewidth()

    def test_the_interval_stands_beside_zero_and_each_difference(self) -> None:
        axes = self.draw()[1]
        zero, each = axes.lines[:2]
        assert set(np.asarray(zero.get_ydata()).tolist()) == {0}
        assert np.asarray(each.get_ydata()).tolist() == pytest.approx([0.05, 0.02])
        (bar,) = axes.collections
        assert np.asarray(bar.get_paths()[0].vertices)[:, 1].tolist() == pytest.approx(
            [-0.01, 0.08]
        )

    def test_arms_are_named_below_and_the_direction_of_the_difference_too(self) -> None:
        pairs, differences = self.draw()
        assert [label.get_text() for label in pairs.get_xticklabels()] == ["without", "with"]
        assert [label.get_text() for label in differences.get_xticklabels()] == ["with −\nwithout"]

    def test_arms_without_pairs_are_refused(self) -> None:
        with pytest.raises(ValueError, match="Expected two sequences of equal length"):
            paired_arms([1.0], [], names=("a", "b"), metric="m", mean_difference=0, interval=(0, 0))
