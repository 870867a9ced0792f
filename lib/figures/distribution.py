"""Draw how many samples each class has in each split."""

from typing import TYPE_CHECKING

from lib.figures.style import Width, colormap, in_style, ink_on, new_figure, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM = 4.6
LEAST_SHARE = 0.06  # of the longest bar; shorter segments have no room for their count
AXIS_MM = 13  # for the split names above and the axis below


@in_style
def class_counts(counts: "pd.DataFrame", *, width: Width = "text") -> "Figure":
    """Draw one bar per class, divided into splits, each with its count.

    Args:
        counts: one row per class; columns `class` (its name), then one per split, in order.
        width: figure width on the page.
    """
    names = [str(name) for name in counts["class"]]
    splits = counts.drop(columns="class").astype(int)
    figure = new_figure(height_mm=ROW_MM * len(counts) + AXIS_MM, width=width)
    axes = figure.subplots()
    total = int(splits.sum(axis=1).max())
    starts = splits.cumsum(axis=1) - splits
    for number, split in enumerate(splits.columns):
        shade = colormap()(0.92 * (1 - number / len(splits.columns)) ** 1.5)
        label = written(str(split))
        axes.barh(
            names,
            splits[split],
            left=starts[split],
            color=shade,
            height=0.78,
            edgecolor="white",
            label=label,
        )
        for row, (left, count) in enumerate(zip(starts[split], splits[split], strict=True)):
            if count > total * LEAST_SHARE:
                _write(axes, left + count / 2, row, f"{count:,}", ink_on(shade))
        axes.annotate(
            label,
            (starts[split].iloc[0] + splits[split].iloc[0] / 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
        )
    axes.set_xlim(0, total)
    axes.set_ylim(len(counts) - 0.5, -0.5)  # the first class on top
    axes.set_xlabel("samples")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _write(axes: "Axes", x: float, row: int, text: str, color: str) -> None:
    axes.text(x, row, text, ha="center", va="center_baseline", color=color)
