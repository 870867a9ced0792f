"""Compare two treatments trained with the same seeds: each pair, and the mean difference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from contract.page import ACCENT, INK, MUTED
from lib.figures.style import DASHES, Width, in_style, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT_MM = 52


@in_style
def paired_arms(
    first: Sequence[float],
    second: Sequence[float],
    *,
    names: tuple[str, str],
    metric: str,
    mean_difference: float,
    interval: tuple[float, float],
    confidence: float = 0.95,
    width: Width = "text",
) -> "Figure":
    """Draw one line per seed between two treatments, and the mean difference with its interval.

    Args:
        first: one value per seed.
        second: likewise, in the same order.
        names: names of the two treatments.
        metric: axis label.
        mean_difference: mean of second minus first.
        interval: lower and upper bound of the mean difference.
        confidence: confidence level of the interval, in (0, 1).
        width: figure width on the page.

    Raises:
        ValueError: there are no values, or the two lengths differ.
    """
    from matplotlib.ticker import MaxNLocator

    if len(first) != len(second) or not len(first):
        raise ValueError(
            f"Expected two sequences of equal length, not empty. Received: {first=}, {second=}"
        )
    figure = new_figure(height_mm=HEIGHT_MM, width=width)
    pairs, differences = figure.subplots(1, 2, width_ratios=(3, 2))
    for low, high in zip(first, second, strict=True):
        pairs.plot([0, 1], [low, high], color=MUTED, marker="o", linewidth=0.7, markersize=3)
    pairs.plot(
        [0, 1],
        [np.mean(first), np.mean(second)],
        color=ACCENT,
        linewidth=2,
        marker="D",
        markersize=5,
        label="mean",
    )
    pairs.annotate(
        "mean", (1, float(np.mean(second))), xytext=(7, 0), textcoords="offset points", va="center"
    )
    pairs.set_xlim(-0.25, 1.25)
    pairs.set_xticks([0, 1], names)
    pairs.set_ylabel(metric)
    pairs.yaxis.set_major_locator(MaxNLocator(nbins=5))
    each = [high - low for low, high in zip(first, second, strict=True)]
    _draw_difference(differences, each, mean_difference, interval)
    differences.annotate(
        f"mean,\n{100 * confidence:g} % interval",
        (0, mean_difference),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
    )
    differences.set_ylabel("difference")
    differences.set_xticks([0], [f"{names[1]} −\n{names[0]}"])
    return figure


def _draw_difference(
    axes: "Axes", each: Sequence[float], mean: float, interval: tuple[float, float]
) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.axhline(0, color=INK, linewidth=0.6, linestyle=DASHES[2])
    axes.plot([-0.12] * len(each), each, "o", color=MUTED, markersize=3, markerfacecolor="none")
    axes.errorbar(
        [0],
        [mean],
        yerr=[[mean - interval[0]], [interval[1] - mean]],
        fmt="D",
        color=ACCENT,
        markersize=5,
        capsize=3,
        linewidth=1.2,
    )
    axes.set_xlim(-0.4, 0.6)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.tick_params(axis="x", length=0)
