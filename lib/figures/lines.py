"""Draw several lines, each labelled at its end; one position may be marked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contract.page import SERIES
from lib.figures.marks import mark_place, name_ends
from lib.figures.style import DASHES, MARKERS, Width, in_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MARKERS = 25  # points; with more, markers hide the line


@in_style
def lines(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    y_label: str,
    marked: tuple[float, str] | None = None,
    logarithmic: bool = False,
    height_mm: float = 58,
    width: Width = "text",
) -> "Figure":
    """Draw one line per series.

    Args:
        x: x values, in ascending order.
        series: values by label, one per x.
        x_label: label of the x axis.
        y_label: label of the y axis.
        marked: an x to mark, and the label above it.
        logarithmic: whether the x axis is logarithmic, with a tick at each x.
        height_mm: figure height, millimetres.
        width: figure width on the page.

    Raises:
        ValueError: x is not in ascending order, or a series has a different length.
    """
    from matplotlib.ticker import MaxNLocator

    if list(x) != sorted(set(x)) or any(len(values) != len(x) for values in series.values()):
        raise ValueError(
            f"Expected x in ascending order and one value for each. Received: {x=}, {series=}"
        )
    figure = new_figure(height_mm=height_mm, width=width)
    axes = figure.subplots()
    for number, (name, values) in enumerate(series.items()):
        axes.plot(
            x,
            values,
            label=name,
            color=SERIES[number % len(SERIES)],
            linestyle=DASHES[number % len(DASHES)],
            marker=MARKERS[number % len(MARKERS)] if len(x) <= MOST_MARKERS else None,
        )
    name_ends(axes, {name: (x[-1], values[-1]) for name, values in series.items()}, height_mm)
    if marked is not None:
        mark_place(axes, *marked)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_xticks(list(x), [f"{place:,g}" for place in x])
        axes.set_xticks([], minor=True)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure
