"""What ever smaller codes cost: the error against the code's size, with the size that was kept."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from contract.page import INK, MUTED, SERIES
from lib.figures.style import (
    DASHES,
    MARKERS,
    SMALL_PT,
    Width,
    apart,
    in_style,
    new_figure,
)

HEIGHT_MM = 58
LABEL_MM = 3.4  # from one label's line to the next
AXES_SHARE = 0.75  # of a figure's height that its axes take, about


@in_style
def errors_by_size(
    sizes: Sequence[int],
    errors: Mapping[str, Sequence[float]],
    *,
    kept: int | None,
    metric: str,
    width: Width = "text",
) -> Figure:
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
    low, high = axes.get_ylim()
    gap = (high - low) * LABEL_MM / (HEIGHT_MM * AXES_SHARE)
    ends = apart([values[-1] for values in errors.values()], gap)
    for name, end in zip(errors, ends, strict=True):
        axes.annotate(
            name,
            (sizes[-1], end),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    if kept is not None:
        _mark(axes, kept, next(iter(errors.values()))[list(sizes).index(kept)])
    axes.set_xticks(list(sizes))
    axes.set_xlabel("features at each of the code’s 4 × 4 positions")
    axes.set_ylabel(metric)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y")
    return figure


def _mark(axes: Axes, size: int, error: float) -> None:
    """Draw a line at the size that was kept, say so above it, and ring its error."""
    axes.axvline(size, color=MUTED, linewidth=0.6, linestyle=DASHES[2], zorder=0.5)
    axes.annotate(
        "last before the drop",
        (size, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        color=MUTED,
        fontsize=SMALL_PT,
    )
    axes.plot(
        [size],
        [error],
        marker="o",
        markersize=7,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=0.8,
    )
