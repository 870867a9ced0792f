"""Draw one or two counts per name as bars."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contract.page import INK
from lib.figures.style import Width, colormap, in_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW_MM = 6.4
AXIS_MM = 11
FILLS = (0.92, 0.35)  # of `colormap`: dark and light, to stay distinct in grey print


@in_style
def counts(
    names: Sequence[str],
    counted: Mapping[str, Sequence[int]],
    *,
    of: int,
    unit: str,
    width: Width = "text",
) -> "Figure":
    """Draw one bar per name and count, with the number at its end.

    Args:
        names: from top to bottom.
        counted: one or two lists of counts, by label.
        of: largest possible count, where the axis ends.
        unit: label of the axis.
        width: figure width on the page.

    Raises:
        ValueError: numbers are missing or outside [0, of].
    """
    for label, numbers in counted.items():
        if len(numbers) != len(names) or not all(0 <= number <= of for number in numbers):
            raise ValueError(
                f"Expected one number per name in [0, {of}]. Received: {label}={numbers}"
            )
    if not 1 <= len(counted) <= len(FILLS):
        raise ValueError(f"Expected one or two counts. Received: {list(counted)}")
    figure = new_figure(height_mm=ROW_MM * len(names) + AXIS_MM, width=width)
    axes = figure.subplots()
    thick = 0.78 / len(counted)
    for number, (label, numbers) in enumerate(counted.items()):
        shade = colormap()(FILLS[number])
        places = [row - 0.39 + thick * (number + 0.5) for row in range(len(names))]
        axes.barh(places, numbers, height=thick, color=shade, edgecolor=INK, label=label)
        for place, value in zip(places, numbers, strict=True):
            axes.annotate(
                str(value),
                (value, place),
                xytext=(3, 0),
                textcoords="offset points",
                va="center_baseline",
            )
    if len(counted) > 1:
        axes.legend(frameon=False, loc="lower right")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, of)
    axes.set_xlabel(unit)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure
