"""Which classes a classifier takes for which."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from contract.page import MUTED
from lib.figures.matrix import matrix_axes, paint_cells
from lib.figures.style import Width, in_style


@in_style
def confusion_matrix(
    counts: NDArray[np.integer], class_names: Sequence[str], *, width: Width = "text"
) -> Figure:
    """Draw counts of samples by true and predicted class, with recall and precision at the edges.

    Shades follow the square root of a cell's share of its row, so that mistakes of a few per cent
    can be told apart beside a diagonal of ninety.

    Args:
        counts: (classes, classes); rows: true, columns: predicted.
        class_names: one a class.
        width: of the figure on the page.

    Raises:
        ValueError: the counts are not square, or do not match the names.
    """
    classes = len(class_names)
    if counts.shape != (classes, classes):
        raise ValueError(f"Expected ({classes}, {classes}) counts. Received: {counts.shape=}")
    figure, axes = matrix_axes(
        [*class_names, "precision"], [*class_names, "recall"], "true", "predicted", width
    )
    in_row, in_column = counts.sum(axis=1), counts.sum(axis=0)
    shares = counts / np.maximum(in_row, 1)[:, None]
    texts = [[f"{count:,}" if count else "" for count in row] for row in counts]
    paint_cells(axes, np.sqrt(shares), texts)
    for number, right in enumerate(np.diagonal(counts)):
        for (x, y), total in (
            ((classes, number), in_row[number]),
            ((number, classes), in_column[number]),
        ):
            if total:
                text = f"{100 * right / total:.0f} %"
                axes.text(x, y, text, ha="center", va="center_baseline", color=MUTED)
    axes.get_xticklabels()[-1].set_color(MUTED)
    axes.get_yticklabels()[-1].set_color(MUTED)
    return figure
