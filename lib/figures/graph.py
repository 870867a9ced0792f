"""Draw branching networks side by side: layers as boxes in rows, joined by lines.

A layer sits one row below its lowest input layer, and straight below it where there is room, so
that a chain is a straight line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from contract.page import INK, MUTED
from lib.figures.style import (
    SMALL_PT,
    WIDTHS_MM,
    Width,
    add_axes_mm,
    colormap,
    in_style,
    new_figure,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOX_MM = (15.5, 6.4)  # width and height of a layer
ROW_MM = 9.0
TITLE_MM = 6.0
PASSED = ("mirror", "dropout")  # layers that do nothing at inference


@dataclass(frozen=True)
class _Place:
    """A layer's grid position: `row` from the top, `lane` from the left, both from 0."""

    label: str
    shape: str
    parameters: int
    row: int
    lane: int
    inputs: tuple[str, ...]


@in_style
def graphs(networks: "Mapping[str, pd.DataFrame]", *, width: Width = "full") -> "Figure":
    """Draw networks side by side, from the image at the top to the class scores.

    Args:
        networks: tables by title, one row per layer, in order; columns `name`, `label`,
            `output_shape`, `parameters` and `inputs` (names joined by commas). See
            `lib.models.description.graph_table`.
        width: figure width on the page.

    Raises:
        ValueError: a layer's input is not above it in its table.
    """
    placed = {title: _placed(table) for title, table in networks.items()}
    lanes = [max(place.lane for place in places.values()) + 1 for places in placed.values()]
    rows = max(place.row for places in placed.values() for place in places.values()) + 1
    lane_mm = min(WIDTHS_MM[width] / sum(lanes), 1.35 * BOX_MM[0])
    height = TITLE_MM + rows * ROW_MM
    figure = new_figure(height_mm=height, width=width, fitted=False)
    left = 0.0
    for (title, places), count in zip(placed.items(), lanes, strict=True):
        axes = add_axes_mm(figure, left, 0, count * lane_mm, height)
        axes.set_xlim(0, count * lane_mm)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        axes.text(count * lane_mm / 2, TITLE_MM / 2, title, ha="center", va="center")
        _draw(axes, places, lane_mm)
        left += count * lane_mm
    return figure


def _placed(layers: "pd.DataFrame") -> dict[str, _Place]:
    """Assign each layer a row and a lane; layers in `PASSED` are left out."""
    known: dict[str, _Place] = {}
    stands_for: dict[str, str] = {}  # a layer left out: the layer before it
    for row in layers.fillna("").to_dict("records"):
        name = str(row["name"])
        sources = [stands_for.get(one, one) for one in str(row["inputs"]).split(",") if one]
        missing = [source for source in sources if source not in known]
        if missing:
            raise ValueError(
                f"Expected all inputs of {name} in the rows above it. Missing: {missing}"
            )
        if row["label"] in PASSED:
            stands_for[name] = sources[0]
            continue
        known[name] = _Place(
            str(row["label"]),
            str(row["output_shape"]),
            int(row["parameters"]),
            max((known[source].row for source in sources), default=-1) + 1,
            0,
            tuple(sources),
        )
    return _apart(known)


def _apart(known: Mapping[str, _Place]) -> dict[str, _Place]:
    """Assign lanes so that no line runs behind a box and the longest path runs straight down.

    A layer keeps its lane down to the last layer that uses its output.
    """
    until = {
        name: max((one.row for one in known.values() if name in one.inputs), default=place.row + 1)
        for name, place in known.items()
    }
    length = _lengths(known)
    taken: set[tuple[int, int]] = set()  # row, lane
    lanes: dict[str, int] = {}
    for row in range(max(place.row for place in known.values()) + 1):
        members = [name for name, place in known.items() if place.row == row]
        for name in sorted(members, key=lambda one: -length[one]):
            sources = known[name].inputs
            wanted = lanes[max(sources, key=lambda one: known[one].row)] if sources else 0
            rows = range(row, until[name])
            lane = next(
                lane
                for lane in (wanted + step * side for step in range(len(known)) for side in (1, -1))
                if not any((at, lane) in taken for at in rows)
            )
            lanes[name] = lane
            taken |= {(at, lane) for at in rows}
    left = min(lanes.values())
    return {name: replace(place, lane=lanes[name] - left) for name, place in known.items()}


def _lengths(known: Mapping[str, _Place]) -> dict[str, int]:
    """Count the layers on the longest path from each layer to the end."""
    lengths = dict.fromkeys(known, 0)
    for name, place in reversed(list(known.items())):
        for source in place.inputs:
            lengths[source] = max(lengths[source], lengths[name] + 1)
    return lengths


def _draw(axes: "Axes", places: Mapping[str, _Place], lane_mm: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    wide, high = min(BOX_MM[0], lane_mm - 1.5), BOX_MM[1]

    def centre(place: _Place) -> tuple[float, float]:
        return (place.lane + 0.5) * lane_mm, TITLE_MM + place.row * ROW_MM + high / 2

    for place in places.values():
        x, y = centre(place)
        for source in place.inputs:
            from_x, from_y = centre(places[source])
            _connect(axes, (from_x, from_y + high / 2), (x, y - high / 2))
    for place in places.values():
        x, y = centre(place)
        shade = colormap()(0.28) if place.parameters else "white"
        axes.add_patch(
            FancyBboxPatch(
                (x - wide / 2, y - high / 2),
                wide,
                high,
                boxstyle="round,pad=0,rounding_size=0.8",
                facecolor=shade,
                edgecolor=MUTED,
                linewidth=0.5,
                zorder=2,
            )
        )
        style: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 3}
        axes.text(x, y - 1.35, place.label, fontsize=SMALL_PT, color=INK, **style)
        axes.text(x, y + 1.45, place.shape, fontsize=SMALL_PT - 1, color=MUTED, **style)


def _connect(axes: "Axes", start: Sequence[float], end: Sequence[float]) -> None:
    """Draw a line down to the last gap between rows, then across; longer ones pass behind."""
    bend = end[1] - (ROW_MM - BOX_MM[1]) * 0.55
    axes.plot(
        [start[0], start[0], end[0], end[0]],
        [start[1], bend, bend, end[1]],
        color=MUTED,
        linewidth=0.7,
        zorder=1,
        solid_joinstyle="round",
    )
