"""Scatter plots of 2-D and 3-D embeddings, one panel each, coloured by class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract.page import INK, MUTED
from lib.figures.style import (
    FAINT,
    MM_PER_INCH,
    WIDTHS_MM,
    Width,
    add_axes_mm,
    in_style,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]

NAMES_MM = 5.0  # a line of names: above columns, left of rows
GAP_MM = 1.5
LEGEND_MM = 4.2  # height of a legend line
PER_LINE = 5  # classes per legend line
DOT = 30_000.0  # total area of a panel's dots, square points x MM_PER_INCH; each dot is capped
RESOLUTION = 220  # pixels per inch: dots are rasterized, as vector paths would take too much space


@in_style
def clouds(
    panels: Sequence[Sequence[Floats]],
    labels: NDArray[np.integer],
    class_names: Sequence[str],
    *,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    width: Width = "full",
) -> "Figure":
    """Draw a grid of embeddings; each class has a colour and its number at its median.

    Args:
        panels: rows of embeddings, (n, 2) or (n, 3) each; axes have no units, and so no ticks.
        labels: (n,) in [0, classes), the same for all panels.
        class_names: one per class, at most ten.
        row_labels: one per row, on its left.
        column_labels: one per column, above it.
        width: figure width on the page.

    Raises:
        ValueError: the panels do not match the row and column labels.
    """
    from matplotlib.lines import Line2D

    columns = len(column_labels)
    if len(panels) != len(row_labels) or any(len(row) != columns for row in panels):
        raise ValueError(
            f"Expected {len(row_labels)} rows of {columns} panels. "
            f"Received: {[len(row) for row in panels]}"
        )
    side = (WIDTHS_MM[width] - NAMES_MM - (columns - 1) * GAP_MM) / columns
    lines = -(-len(class_names) // PER_LINE)
    height = NAMES_MM + len(panels) * (side + GAP_MM) + lines * LEGEND_MM
    figure = new_figure(height_mm=height, width=width, fitted=False)
    figure.set_dpi(RESOLUTION)
    for row, (name, found) in enumerate(zip(row_labels, panels, strict=True)):
        top = NAMES_MM + row * (side + GAP_MM)
        for column, embedded in enumerate(found):
            left = NAMES_MM + column * (side + GAP_MM)
            _draw_cloud(figure, (left, top, side, side), embedded, labels)
        middle = 1 - (top + side / 2) / height
        figure.text(0, middle, name, rotation=90, ha="left", va="center")
    for column, name in enumerate(column_labels):
        middle = NAMES_MM + column * (side + GAP_MM) + side / 2
        figure.text(middle / WIDTHS_MM[width], 1, name, ha="center", va="top")
    handles = [
        Line2D([], [], color=_colour(label), marker="o", linestyle="", label=f"{label} {name}")
        for label, name in enumerate(class_names)
    ]
    figure.legend(
        handles=handles,
        loc="lower center",
        ncols=PER_LINE,
        frameon=False,
        borderaxespad=0,
        handletextpad=0.1,
        columnspacing=1.2,
        labelspacing=0.2,
    )
    return figure


def _draw_cloud(
    figure: "Figure",
    place: tuple[float, float, float, float],
    embedded: Floats,
    labels: NDArray[np.integer],
) -> None:
    from matplotlib.patheffects import withStroke

    spatial = embedded.shape[1] == 3
    axes: Any = add_axes_mm(figure, *place)  # 2-D or 3-D
    if spatial:
        box = axes.get_position().bounds
        axes.remove()
        axes = figure.add_axes(box, projection="3d")
    colours = [_colour(label) for label in labels]
    size = min(8.0, DOT / MM_PER_INCH / len(labels))
    axes.scatter(*embedded.T, s=size, c=colours, linewidths=0, rasterized=True)
    _without_scales(axes, spatial=spatial)
    for label in np.unique(labels):
        middle = np.median(embedded[labels == label], axis=0)
        axes.text(
            *(float(value) for value in middle),
            str(label),
            color=INK,
            ha="center",
            va="center",
            fontweight=600,
            path_effects=[withStroke(linewidth=1.6, foreground="white")],
            zorder=5,
        )


def _without_scales(axes: Any, *, spatial: bool) -> None:
    """Remove ticks: the axes of embeddings have no units."""
    axes.set_xticks([])
    axes.set_yticks([])
    if spatial:
        axes.set_zticks([])
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
            axis.pane.set_facecolor("white")
            axis.pane.set_edgecolor(FAINT)
            axis.line.set_color(MUTED)
        axes.set_box_aspect((1, 1, 1), zoom=1.08)
    else:
        axes.margins(0.03)
        for spine in axes.spines.values():
            spine.set_visible(True)
            spine.set_color(MUTED)


def _colour(label: int) -> tuple[float, float, float]:
    from matplotlib import colormaps

    return colormaps["tab10"].colors[int(label) % 10]  # type: ignore[attr-defined]  # no stubs
