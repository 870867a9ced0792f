"""Draw a confusion matrix."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.page import MUTED
from lib.figures.matrix import CENTRE, heat_map
from lib.figures.style import Width, in_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@in_style
def confusion_matrix(
    counts: NDArray[np.integer], class_names: Sequence[str], *, width: Width = "text"
) -> "Figure":
    """Draw counts by true and predicted class, with recall and precision at the edges.

    Shades show the square root of a cell's share of its row: otherwise errors of a few per cent
    would all look white next to a diagonal of 90 %.

    Args:
        counts: (classes, classes); rows: true, columns: predicted.
        class_names: one per class.
        width: figure width on the page.

    Raises:
        ValueError: the counts are not square, or do not match the names.
    """
    classes = len(class_names)
    if counts.shape != (classes, classes):
        raise ValueError(f"Expected ({classes}, {classes}) counts. Received: {counts.shape=}")
    in_row, in_column = counts.sum(axis=1), counts.sum(axis=0)
    shades = np.full((classes + 1, classes + 1), np.nan)  # recall and precision are not shaded
    shades[:-1, :-1] = np.sqrt(counts / np.maximum(in_row, 1)[:, None])
    texts = [[f"{count:,}" if count else "" for count in row] + [""] for row in counts]
    names = list(class_names)
    figure, axes = heat_map(
        shades,
        [*texts, [""] * (classes + 1)],
        [*names, "precision"],
        [*names, "recall"],
        "true",
        "predicted",
        width,
    )
    for number, right in enumerate(np.diagonal(counts)):
        for column, row, total in (
            (classes, number, in_row[number]),
            (number, classes, in_column[number]),
        ):
            if total:
                text = f"{100 * right / total:.0f} %"
                place = column + CENTRE, row + CENTRE
                axes.text(*place, text, ha="center", va="center_baseline", color=MUTED)
    axes.get_xticklabels()[-1].set_color(MUTED)
    axes.get_yticklabels()[-1].set_color(MUTED)
    return figure
