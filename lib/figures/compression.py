"""Draw the reconstruction error against the code size, with the chosen size marked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contract.page import SERIES
from lib.figures.marks import mark_place, name_ends
from lib.figures.style import DASHES, MARKERS, Width, in_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT_MM = 58


@in_style
def errors_by_size(
    sizes: Sequence[int],
    errors: Mapping[str, Sequence[float]],
    *,
    kept: int | None,
    metric: str,
    sizes_name: str,
    width: Width = "text",
) -> "Figure":
    """Draw the errors of one or more encoders, from the longest code to the shortest.

    Args:
        sizes: code sizes, in descending order.
        errors: errors by encoder, one per size.
        kept: the last size before the error rises too much, ringed; None if it never does.
        metric: label of the error axis.
        sizes_name: label of the size axis.
        width: figure width on the page.

    Raises:
        ValueError: the sizes are not in descending order, or errors are missing.
    """
    from matplotlib.ticker import MaxNLocator

    if list(sizes) != sorted(set(sizes), reverse=True) or any(
        len(values) != len(sizes) for values in errors.values()
    ):
        raise ValueError(
            f"Expected sizes in descending order with one error each. Received: {sizes=}, {errors=}"
        )
    figure = new_figure(height_mm=HEIGHT_MM, width=width)
    axes = figure.subplots()
    for number, (name, values) in enumerate(errors.items()):
        axes.plot(
            sizes,
            values,
            label=name,
            color=SERIES[number],
            linestyle=DASHES[number],
            marker=MARKERS[number],
        )
    axes.invert_xaxis()
    axes.set_ylim(bottom=0)
    name_ends(axes, {name: (sizes[-1], values[-1]) for name, values in errors.items()}, HEIGHT_MM)
    if kept is not None:
        error = next(iter(errors.values()))[list(sizes).index(kept)]
        mark_place(axes, kept, "last before the drop", ring=error)
    axes.set_xticks(list(sizes))
    axes.set_xlabel(sizes_name)
    axes.set_ylabel(metric)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure
