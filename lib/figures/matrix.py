"""Heat maps: shaded cells with their values written in, rows and columns named."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.page import INK
from lib.figures.style import (
    WIDTHS_MM,
    Width,
    add_axes_mm,
    colormap,
    in_style,
    ink_on,
    label_room_mm,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME_MM = 5  # room for the label of an axis
CENTRE = 0.5  # of a cell: the one in row i, column j spans x from j to j + 1, y from i to i + 1


@in_style
def class_matrix(
    values: NDArray[np.floating],
    class_names: Sequence[str],
    *,
    row_name: str,
    column_name: str,
    digits: int = 2,
    width: Width = "text",
) -> "Figure":
    """Draw one value for each pair of classes, such as their similarity.

    Args:
        values: (classes, classes), 0 or more; NaN leaves a cell empty.
        class_names: one per class.
        row_name: label of the rows.
        column_name: label of the columns.
        digits: decimal places.
        width: figure width on the page.
    """
    most = np.nanmax(values) or 1.0
    texts = [["" if np.isnan(value) else f"{value:.{digits}f}" for value in row] for row in values]
    names = list(class_names)
    return heat_map(values / most, texts, names, names, row_name, column_name, width)[0]


def heat_map(
    shades: NDArray[np.floating],
    texts: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
    row_name: str,
    column_name: str,
    width: Width,
) -> "tuple[Figure, Axes]":
    """Draw square cells, labelled on the left and on top.

    Args:
        shades: see `paint_cells`.
        texts: likewise.
        rows: names from top to bottom.
        columns: names from left to right.
        row_name: label of the rows.
        column_name: label of the columns.
        width: figure width on the page.
    """
    left = NAME_MM + label_room_mm(rows)
    longest = label_room_mm(columns)
    top = NAME_MM + 0.75 * longest  # slanted names
    right = 0.5 * longest
    side = (WIDTHS_MM[width] - left - right) / len(columns)
    figure = new_figure(height_mm=top + side * len(rows) + 1, width=width, fitted=False)
    axes = add_axes_mm(figure, left, top, side * len(columns), side * len(rows))
    paint_cells(axes, shades, texts)
    axes.set_yticks(np.arange(len(rows)) + CENTRE, rows)
    axes.set_xticks(
        np.arange(len(columns)) + CENTRE,
        columns,
        rotation=45,
        ha="left",
        va="bottom",
        rotation_mode="anchor",
    )
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, pad=3)
    axes.set_ylabel(row_name)
    axes.set_xlabel(column_name)
    axes.xaxis.set_label_position("top")
    return figure, axes


def paint_cells(axes: "Axes", shades: NDArray[np.floating], texts: Sequence[Sequence[str]]) -> None:
    """Shade cells and write in them, first row on top; ticks and labels are removed.

    Args:
        axes: axes to draw in.
        shades: (rows, columns) in [0, 1], from paper to accent; NaN leaves a cell empty.
        texts: text of each cell.
    """
    from seaborn import heatmap  # imports pyplot, which nothing else needs

    heatmap(
        shades,
        vmin=0,
        vmax=1,
        cmap=colormap(),
        annot=np.array(texts),
        fmt="",
        annot_kws={"va": "center_baseline"},
        cbar=False,
        linewidths=0.5,
        linecolor="white",
        antialiased=True,
        xticklabels=False,
        yticklabels=False,
        ax=axes,
    )
    for text, shade in zip(axes.texts, shades[~np.isnan(shades)], strict=True):
        text.set_color(ink_on(colormap()(float(shade))))


def outline_cell(axes: "Axes", row: int, column: int) -> None:
    """Put a frame around a cell."""
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (column, row),
            1,
            1,
            fill=False,
            edgecolor=INK,
            linewidth=1.2,
            clip_on=False,
            zorder=3,
        )
    )
