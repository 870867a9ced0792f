"""The look of all figures: the report's sans at print size, thin lines, colour-blind-safe colours.

Figures are drawn at the width the report prints them, so 8 pt here is 8 pt on the page.
Series differ not only in colour but also in dashes, markers or labels.
"""

import functools
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

import numpy as np

from contract.page import (
    ACCENT,
    FIGURE_FONT_PT,
    FULL_WIDTH_MM,
    INK,
    MUTED,
    SANS,
    TEXT_WIDTH_MM,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from matplotlib.typing import ColorType

Width = Literal["text", "full"]
P = ParamSpec("P")

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
LABEL_GAP_MM = 1.5  # between a label and what it names
WIDTHS_MM = {"text": TEXT_WIDTH_MM, "full": FULL_WIDTH_MM}
FAINT = "#d9d9d9"  # grid lines and frames
SMALL_PT = 7
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (5, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
# One hue in even steps of lightness, so that the order survives printing in grey.
SHADES = ("#ffffff", "#b9d5e6", "#5d9dc4", ACCENT)

RC: Any = {  # Matplotlib types the setting names, and they differ by version
    "font.family": [SANS],
    "font.size": FIGURE_FONT_PT,
    "axes.labelsize": FIGURE_FONT_PT,
    "axes.titlesize": FIGURE_FONT_PT,
    "xtick.labelsize": FIGURE_FONT_PT,
    "ytick.labelsize": FIGURE_FONT_PT,
    "legend.fontsize": FIGURE_FONT_PT,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.linewidth": 0.5,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.pad": 2.5,
    "ytick.major.pad": 2.5,
    "axes.labelpad": 3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.5,
    "mathtext.fontset": "custom",
    "mathtext.rm": SANS,
    "mathtext.it": f"{SANS}:italic",
    "mathtext.bf": f"{SANS}:bold",
    "mathtext.bfit": f"{SANS}:bold:italic",
    "mathtext.cal": SANS,
    "mathtext.sf": SANS,
    "mathtext.tt": SANS,
    "image.interpolation": "none",  # keep the pixels of images; the viewer scales them
    "image.composite_image": False,
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.w_pad": 0.02,
    "svg.fonttype": "path",
    "svg.hashsalt": "vouch",
}


@functools.cache
def colormap() -> "LinearSegmentedColormap":
    """Map shares in [0, 1] to the colours from `SHADES[0]` to `SHADES[-1]`."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("shades", SHADES)


@functools.cache
def _register_typeface() -> None:
    from matplotlib import font_manager

    for face in ("Regular", "It", "Semibold", "Bold"):
        with as_file(files("font_source_sans_pro") / "files" / f"SourceSansPro-{face}.ttf") as path:
            font_manager.fontManager.addfont(path)


@contextmanager
def _look() -> Iterator[None]:
    """Use our Matplotlib settings, and no others, inside a `with` block."""
    import matplotlib as mpl

    _register_typeface()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def in_style(draw: "Callable[P, Figure]") -> "Callable[P, Figure]":
    """Decorate a drawing function to use the report's settings."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> "Figure":
        with _look():
            return draw(*args, **kwargs)

    return drawn


def new_figure(*, height_mm: float, width: Width = "text", fitted: bool = True) -> "Figure":
    """Create an empty figure with one of the report's two widths.

    Args:
        height_mm: height in millimetres.
        width: "text" for the text column, "full" to include the margin.
        fitted: whether Matplotlib makes room for labels; otherwise use `add_axes_mm`.
    """
    from matplotlib.figure import Figure

    size = (WIDTHS_MM[width] / MM_PER_INCH, height_mm / MM_PER_INCH)
    return Figure(figsize=size, layout="constrained" if fitted else None)


def add_axes_mm(figure: "Figure", left: float, top: float, width: float, height: float) -> "Axes":
    """Add axes at a position in millimetres from the figure's upper left corner."""
    figure_width, figure_height = (side * MM_PER_INCH for side in figure.get_size_inches())
    bottom = figure_height - top - height
    return figure.add_axes(
        (left / figure_width, bottom / figure_height, width / figure_width, height / figure_height)
    )


def label_room_mm(labels: Sequence[str]) -> float:
    """Width of the widest label plus a gap, in millimetres; 0 without labels."""
    from matplotlib.textpath import TextPath

    size = FIGURE_FONT_PT
    points = [TextPath((0, 0), label, size).get_extents().x1 for label in labels if label.strip()]
    return max(points) * MM_PER_INCH / POINTS_PER_INCH + LABEL_GAP_MM if points else 0.0


def ink_on(colour: "ColorType") -> str:
    """Choose dark or white text for a background, by its relative luminance.

    >>> ink_on("black"), ink_on("white")
    ('white', '#1b1b1b')

    Source: Web Content Accessibility Guidelines 2.2, relative luminance, simplified to a power of
    2.2; at 0.2 both contrasts are equal.
    """
    from matplotlib.colors import to_rgb

    red, green, blue = (part**2.2 for part in to_rgb(colour))
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 else "white"


def svg(figure: "Figure") -> bytes:
    """Render a figure as SVG at its own size; equal numbers give equal bytes."""
    buffer = io.BytesIO()
    with _look():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def png(figure: "Figure", pixels_per_inch: float) -> bytes:
    """Render a figure as PNG, for screens; equal numbers give equal bytes."""
    buffer = io.BytesIO()
    with _look():
        figure.savefig(buffer, format="png", dpi=pixels_per_inch, metadata={"Software": None})
    return buffer.getvalue()


def written(name: str) -> str:
    """Spell out a name from the store.

    >>> written("best_val_accuracy")
    'best validation accuracy'
    """
    words = {"train": "training", "val": "validation"}
    return " ".join(words.get(word, word) for word in name.split("_"))


def apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Move positions as little as possible until neighbours are `gap` apart, keeping their order.

    >>> apart([1.0, 1.0, 5.0], gap=2.0)
    [0.0, 2.0, 5.0]

    Args:
        wanted: preferred positions.
        gap: smallest distance between two of them.
    """
    order = np.argsort(wanted, kind="stable")
    groups: list[tuple[list[int], float]] = []  # members in order, position of the first
    for index in order:
        members, first = [int(index)], float(wanted[index])
        while groups and groups[-1][1] + gap * len(groups[-1][0]) > first:
            members = groups.pop()[0] + members
            first = float(np.mean([wanted[at] - gap * rank for rank, at in enumerate(members)]))
        groups.append((members, first))
    moved = {at: first + gap * rank for members, first in groups for rank, at in enumerate(members)}
    return [moved[at] for at in range(len(wanted))]
