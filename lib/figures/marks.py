"""Labels and marks inside a figure: names at the ends of lines, a marked position."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract.page import INK, MUTED
from lib.figures.style import DASHES, SMALL_PT, apart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_MM = 3.4  # line spacing of labels
AXES_SHARE = 0.75  # approximate share of a figure's height that its axes take


def name_ends(axes: "Axes", ends: Mapping[str, tuple[float, float]], height_mm: float) -> None:
    """Label the lines at their right ends, without overlaps.

    Args:
        axes: axes with their limits set.
        ends: the last point of each line, by name.
        height_mm: height of the figure in millimetres.
    """
    low, high = axes.get_ylim()
    gap = (high - low) * LABEL_MM / (height_mm * AXES_SHARE)
    heights = apart([y for _, y in ends.values()], gap)
    for (name, (x, _)), height in zip(ends.items(), heights, strict=True):
        axes.annotate(
            name,
            (x, height),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )


def mark_place(axes: "Axes", x: float, label: str, ring: float | None = None) -> None:
    """Draw a vertical line with a label above it.

    Args:
        axes: axes to draw in.
        x: position of the line.
        label: text above the line.
        ring: y of a point on the line to ring, if any.
    """
    axes.axvline(x, color=MUTED, linewidth=0.6, linestyle=DASHES[2], zorder=0.5)
    axes.annotate(
        label,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        color=MUTED,
        fontsize=SMALL_PT,
    )
    if ring is not None:
        axes.plot(
            [x],
            [ring],
            marker="o",
            markersize=7,
            markerfacecolor="none",
            markeredgecolor=INK,
            markeredgewidth=0.8,
        )
