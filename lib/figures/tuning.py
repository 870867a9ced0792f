"""Draw all trials of a search over two hyperparameters, with the best one marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contract.page import INK, MUTED
from lib.figures.matrix import CENTRE, NAME_MM, outline_cell, paint_cells
from lib.figures.style import (
    WIDTHS_MM,
    Width,
    add_axes_mm,
    colormap,
    in_style,
    label_room_mm,
    new_figure,
    written,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

CELL_MM = (19, 8)  # at most
POINTS_MM = 62
WORST_SHADE = 0.1  # so that the worst trial is not white
BEST_SHADE = 0.9
LOGARITHMIC = 10.0  # an axis is logarithmic from this ratio of largest to smallest value


@dataclass(frozen=True)
class _Search:
    """The trials of a search, and the columns to draw."""

    trials: "pd.DataFrame"  # with a column `shade` in [0, 1], NaN where a trial failed
    best: Any  # label of its row
    x: str
    y: str
    objective: str
    labels: Mapping[str, str]
    digits: int
    width: Width

    def text(self, trial: "pd.Series[Any]") -> str:
        """Format a trial's objective."""
        return f"{trial[self.objective]:.{self.digits}f}"

    def label(self, column: str) -> str:
        """Return a column's label."""
        return self.labels.get(column, written(column))


@in_style
def search_results(
    trials: "pd.DataFrame",
    *,
    x: str,
    y: str,
    objective: str,
    rising: bool = True,
    labels: Mapping[str, str] | None = None,
    digits: int = 4,
    width: Width = "text",
) -> "Figure":
    """Draw all trials of a search: as a heat map if they form a grid, otherwise as points.

    Args:
        trials: one row per trial; the objective of a failed one is NaN.
        x: column of the hyperparameter on the x axis.
        y: column of the hyperparameter on the y axis.
        objective: column of the objective.
        rising: whether a higher objective is better.
        labels: labels of these columns; by default, their names in words.
        digits: decimal places of the objective.
        width: figure width on the page.

    Raises:
        ValueError: no trial finished.
    """
    trials = trials.reset_index(drop=True)
    values = trials[objective].astype(float)
    if values.isna().all():
        raise ValueError(
            f"Expected at least one finished trial. Received: {len(trials)} trials, none finished"
        )
    good = values if rising else -values
    share = (good - good.min()) / ((good.max() - good.min()) or 1.0)
    trials["shade"] = WORST_SHADE + (BEST_SHADE - WORST_SHADE) * share
    drawn = _Search(trials, good.idxmax(), x, y, objective, labels or {}, digits, width)
    return _heat_map(drawn) if is_grid(trials, x, y) else _points(drawn)


def is_grid(trials: "pd.DataFrame", x: str, y: str) -> bool:
    """Whether the trials cover all combinations of the values that occur, each once.

    >>> import pandas as pd
    >>> is_grid(pd.DataFrame({"a": [1, 1, 2, 2], "b": [3, 4, 3, 4]}), "a", "b")
    True
    >>> is_grid(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "a", "b")
    False
    """
    pairs = trials[[x, y]].drop_duplicates()
    return len(trials) == len(pairs) == trials[x].nunique() * trials[y].nunique()


def _heat_map(search: _Search) -> "Figure":
    trials = search.trials
    across = sorted(trials[search.x].unique())
    up = sorted(trials[search.y].unique(), reverse=True)
    left = NAME_MM + label_room_mm([_text(value) for value in up])
    cell = min(CELL_MM[0], (WIDTHS_MM[search.width] - left) / len(across))
    size = cell * len(across), CELL_MM[1] * len(up)
    figure = new_figure(height_mm=size[1] + 2 * NAME_MM + 1, width=search.width, fitted=False)
    spare = WIDTHS_MM[search.width] - left - size[0]
    axes = add_axes_mm(figure, left + spare / 2, 0.5, *size)
    shades = np.zeros((len(up), len(across)))
    texts = [["failed"] * len(across) for _ in up]
    for index, trial in trials.iterrows():
        row, column = up.index(trial[search.y]), across.index(trial[search.x])
        if not np.isnan(trial["shade"]):
            shades[row, column] = trial["shade"]
            texts[row][column] = search.text(trial)
        if index == search.best:
            outline_cell(axes, row, column)
    paint_cells(axes, shades, texts)
    axes.set_xticks(np.arange(len(across)) + CENTRE, [_text(value) for value in across])
    axes.set_yticks(np.arange(len(up)) + CENTRE, [_text(value) for value in up])
    axes.tick_params(length=0)
    axes.set_xlabel(search.label(search.x))
    axes.set_ylabel(search.label(search.y))
    return figure


def _points(search: _Search) -> "Figure":
    figure = new_figure(height_mm=POINTS_MM, width=search.width)
    axes = figure.subplots()
    finished = search.trials.dropna(subset=["shade"])
    failed = search.trials[search.trials["shade"].isna()]
    points = axes.scatter(
        finished[search.x],
        finished[search.y],
        c=finished["shade"],
        cmap=colormap(),
        vmin=0,
        vmax=1,
        s=40,
        edgecolors=INK,
        linewidths=0.5,
    )
    if len(failed):
        axes.scatter(failed[search.x], failed[search.y], marker="x", c=MUTED, s=25, linewidths=0.9)
        _note(axes, failed.iloc[0][search.x], failed.iloc[0][search.y], "failed")
    best = finished.loc[search.best]
    axes.scatter(
        best[search.x], best[search.y], s=120, facecolors="none", edgecolors=INK, linewidths=1
    )
    _note(axes, best[search.x], best[search.y], "best")
    if _is_logarithmic(search.trials[search.x]):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    if _is_logarithmic(search.trials[search.y]):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    axes.margins(0.08, 0.12)
    axes.grid()
    axes.set_xlabel(search.label(search.x))
    axes.set_ylabel(search.label(search.y))
    _color_bar(search, finished, axes, points)
    return figure


def _color_bar(
    search: _Search, finished: "pd.DataFrame", axes: "Axes", points: "PathCollection"
) -> None:
    """Draw a bar of the shades in use, labelled at both ends."""
    bar = axes.figure.colorbar(
        points, ax=axes, label=search.label(search.objective), aspect=30, pad=0.02
    )
    bar.ax.set_ylim(finished["shade"].min(), finished["shade"].max())
    ends = finished.loc[[finished["shade"].idxmin(), finished["shade"].idxmax()]]
    bar.set_ticks(ends["shade"].tolist(), labels=[search.text(row) for _, row in ends.iterrows()])
    bar.outline.set_visible(False)


def _note(axes: "Axes", x: Any, y: Any, text: str) -> None:
    axes.annotate(text, (x, y), xytext=(8, 0), textcoords="offset points", va="center_baseline")


def _is_logarithmic(values: "pd.Series[Any]") -> bool:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values):
        return False
    return bool(values.min() > 0 and values.max() / values.min() >= LOGARITHMIC)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)
