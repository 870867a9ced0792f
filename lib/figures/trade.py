"""Draw the trade-off between two costs: one point per setting, and a baseline."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contract.page import ACCENT, MUTED
from lib.figures.style import DASHES, SMALL_PT, Width, in_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT_MM = 58


@in_style
def trade_off(
    x: Sequence[float],
    y: Sequence[float],
    *,
    names: Sequence[str],
    baseline: float,
    baseline_name: str,
    x_label: str,
    y_label: str,
    width: Width = "text",
) -> "Figure":
    """Draw one cost against the other, each point named by its setting.

    Args:
        x: first cost, one value per setting.
        y: second cost, likewise.
        names: names of the settings.
        baseline: value of the second cost, drawn as a horizontal line.
        baseline_name: label of that line.
        x_label: label of the x axis.
        y_label: label of the y axis.
        width: figure width on the page.

    Raises:
        ValueError: the values and names do not match, or there are none.
    """
    from matplotlib.ticker import MaxNLocator

    if not len(x) == len(y) == len(names) or not names:
        raise ValueError(
            "Expected one value of each cost per name, and at least one name. "
            f"Received: {x=}, {y=}, {names=}"
        )
    figure = new_figure(height_mm=HEIGHT_MM, width=width)
    axes = figure.subplots()
    order = sorted(range(len(x)), key=lambda at: x[at])
    axes.plot([x[at] for at in order], [y[at] for at in order], color=ACCENT, marker="o")
    for name, left, height in zip(names, x, y, strict=True):
        axes.annotate(name, (left, height), xytext=(4, 4), textcoords="offset points")
    axes.axhline(baseline, color=MUTED, linewidth=0.8, linestyle=DASHES[1])
    axes.annotate(
        baseline_name,
        (1, baseline),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        color=MUTED,
        fontsize=SMALL_PT,
    )
    axes.set_ylim(bottom=0)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure
