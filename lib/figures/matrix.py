"""Square matrices over the classes: shaded cells with their values written in."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from contract.page import INK
from lib.figures.style import SHADES, WIDTHS_MM, Width, add_axes_mm, in_style, ink_on, new_figure

LETTER_MM = 1.45  # of a label, on average
NAME_MM = 5  # name of an axis


@in_style
def class_matrix(
    values: NDArray[np.floating],
    class_names: Sequence[str],
    *,
    row_name: str,
    column_name: str,
    digits: int = 2,
    width: Width = "text",
) -> Figure:
    """Draw one value for each pair of classes, such as how alike they are.

    Args:
        values: (classes, classes), 0 or more; NaN leaves a cell empty.
        class_names: one a class.
        row_name: what the class at the left is.
        column_name: what the class on top is.
        digits: behind the point.
        width: of the figure on the page.
    """
    figure, axes = matrix_axes(class_names, class_names, row_name, column_name, width)
    most = np.nanmax(values) or 1.0
    texts = [["" if np.isnan(value) else f"{value:.{digits}f}" for value in row] for row in values]
    paint_cells(axes, np.nan_to_num(values) / most, texts)
    return figure


def matrix_axes(
    rows: Sequence[str], columns: Sequence[str], row_name: str, column_name: str, width: Width
) -> tuple[Figure, Axes]:
    """Make a figure with square cells, named at the left and on top.

    Args:
        rows: names from top to bottom.
        columns: names from left to right.
        row_name: what the rows are.
        column_name: what the columns are.
        width: of the figure on the page.

    Returns:
        The figure, and axes whose cell (i, j) has its centre at x = j, y = i.
    """
    left = NAME_MM + LETTER_MM * max(map(len, rows))
    longest = LETTER_MM * max(map(len, columns))
    top = NAME_MM + 0.75 * longest  # names lean
    right = 0.5 * longest
    side = (WIDTHS_MM[width] - left - right) / len(columns)
    figure = new_figure(height_mm=top + side * len(rows) + 1, width=width, fitted=False)
    axes = add_axes_mm(figure, left, top, side * len(columns), side * len(rows))
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(
        range(len(columns)), columns, rotation=45, ha="left", va="bottom", rotation_mode="anchor"
    )
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, pad=3)
    axes.spines[:].set_visible(False)
    axes.set_ylabel(row_name)
    axes.set_xlabel(column_name)
    axes.xaxis.set_label_position("top")
    return figure, axes


def paint_cells(axes: Axes, shades: NDArray[np.floating], texts: Sequence[Sequence[str]]) -> None:
    """Fill cells and write in them.

    Args:
        axes: of `matrix_axes`.
        shades: (rows, columns) in [0, 1], from paper to accent.
        texts: for each cell.
    """
    for (row, column), shade in np.ndenumerate(shades):
        colour = SHADES(float(shade))
        axes.add_patch(
            Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="white")
        )
        axes.text(
            column, row, texts[row][column], ha="center", va="center_baseline", color=ink_on(colour)
        )


def outline_cell(axes: Axes, row: int, column: int) -> None:
    """Put a frame around a cell."""
    axes.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5),
            1,
            1,
            fill=False,
            edgecolor=INK,
            linewidth=1.2,
            clip_on=False,
            zorder=3,
        )
    )
