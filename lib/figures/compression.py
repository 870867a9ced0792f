"""What ever smaller codes cost: the error against the code's size, with the size that was kept."""

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
    width: Width = "text",
) -> "Figure":
    """Draw the error of one or more ways to encode, the code shrinking from left to right.

    Args:
        sizes: features at each position of the code, falling.
        errors: by the name of the way, an error a size.
        kept: the size after which the error drops off too far, ringed; None where there is none.
        metric: what the errors are, as it is written at the axis.
        width: of the figure on the page.

    Raises:
        ValueError: the sizes do not fall, or a way lacks an error.
    """
    from matplotlib.ticker import MaxNLocator

    if list(sizes) != sorted(set(sizes), reverse=True) or any(
        len(values) != len(sizes) for values in errors.values()
    ):
        raise ValueError(
            f"Expected falling sizes with an error each. Received: {sizes=}, {errors=}"
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
    axes.set_xlabel("features at each of the code’s 4 × 4 positions")
    axes.set_ylabel(metric)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure
