"""How many samples each class has in each split."""

import pandas as pd
from matplotlib.figure import Figure

from lib.figures.style import SHADES, Width, in_style, ink_on, new_figure

ROW_MM = 4.6
AXIS_MM = 13  # names of the splits above, axis and its name below


@in_style
def class_counts(counts: pd.DataFrame, *, width: Width = "text") -> Figure:
    """Draw a bar a class, made of its splits, each part with its count.

    Args:
        counts: numbers of samples; index: class names, columns: splits in order.
        width: of the figure on the page.
    """
    figure = new_figure(height_mm=ROW_MM * len(counts) + AXIS_MM, width=width)
    axes = figure.subplots()
    start = pd.Series(0, index=counts.index)
    total = counts.sum(axis=1).max()
    for number, split in enumerate(counts.columns):
        shade = SHADES(0.92 * (1 - number / len(counts.columns)) ** 1.5)
        axes.barh(
            list(counts.index),
            counts[split],
            left=start,
            color=shade,
            height=0.78,
            edgecolor="white",
            label=str(split),
        )
        for row, (left, count) in enumerate(zip(start, counts[split], strict=True)):
            if count > total * 0.06:  # room for its figures
                axes.text(
                    left + count / 2,
                    row,
                    f"{count:,}",
                    ha="center",
                    va="center_baseline",
                    color=ink_on(shade),
                )
        axes.annotate(
            str(split),
            (float(start.iloc[0] + counts[split].iloc[0] / 2), 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
        )
        start = start + counts[split]
    axes.set_xlim(0, total)
    axes.set_ylim(len(counts) - 0.5, -0.5)  # the first class on top
    axes.set_xlabel("samples")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure
