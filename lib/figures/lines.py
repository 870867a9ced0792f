"""Several lines over one axis, each named at its end; one place marked."""

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
    height_mm: float = 58,
    width: Width = "text",
) -> "Figure":
    """Draw one value at each place for each series.

    Args:
        x: rising places.
        series: values by the name that stands at the line's end.
        x_label: what the places are.
        y_label: what the values are.
        marked: a place to mark and what to write above it.
        height_mm: millimetres.
        width: of the figure on the page.

    Raises:
        ValueError: the places do not rise, or a series has not one value a place.
    """
    from matplotlib.ticker import MaxNLocator

    if list(x) != sorted(set(x)) or any(len(values) != len(x) for values in series.values()):
        raise ValueError(f"Expected rising places with a value each. Received: {x=}, {series=}")
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
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure
