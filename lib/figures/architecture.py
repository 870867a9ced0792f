"""Draw a network as rows of blocks, with each layer's output shape and number of parameters."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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

LEFT_MM = 15  # room for the names of text lines
PITCH_MM = 15.2  # least distance from block to block
TALLEST_MM = 20  # front of the tallest block
LEAST_MM = 1.5
BREADTH_MM = 5.5  # front of the block with the most channels
SLANT = (0.2, 0.16)  # shift of a block's back per unit of depth: right and up
LINE_MM = 3.2
LINES = ("layer", "output", "parameters")
FOLLOWED = "then"  # name of the text line for layers folded into the previous block


@dataclass(frozen=True)
class _Block:
    """A layer and the size of its block, in millimetres."""

    name: str
    shape: tuple[int, ...]
    parameters: int
    breadth: float  # shows channels; fixed for a dense layer
    height: float  # shows output height in pixels; units of a dense layer
    depth: float  # shows output width in pixels; fixed for a dense layer
    followed: tuple[str, ...] = ()  # next layers, if same shape and no parameters


@in_style
def architecture(layers: "pd.DataFrame", *, width: Width = "full") -> "Figure":
    """Draw layers from left to right, in as many rows as needed.

    The height and depth of a block show the layer's output in pixels, its width the logarithm of
    the number of channels. A dense layer is a thin column whose height shows the logarithm of its
    units. Layers with parameters are shaded. Layers that have none and keep the shape (dropout,
    activations) are named under the previous block.

    Args:
        layers: one row per layer, in order; columns `name`, `output_shape` ("26 × 26 × 32", without
            the batch) and `parameters`. See `lib.models.description.layer_table`.
        width: figure width on the page.

    Raises:
        ValueError: there are no layers, or a shape contains no whole number.
    """
    if layers.empty:
        raise ValueError(f"Expected at least one layer. Received: {layers=}")
    blocks = _fold(_measure(layers))
    lines = (*LINES, *[FOLLOWED] * max(len(block.followed) for block in blocks))
    room = WIDTHS_MM[width] - LEFT_MM
    rows = math.ceil(len(blocks) / int(room // PITCH_MM))
    per_row = math.ceil(len(blocks) / rows)
    pitch = min(room / per_row, 1.4 * PITCH_MM)
    text_mm = 1.5 + LINE_MM * len(lines)
    row_mm = TALLEST_MM * (1 + SLANT[1]) + text_mm + 2
    figure = new_figure(height_mm=row_mm * rows, width=width, fitted=False)
    for row in range(rows):
        axes = add_axes_mm(figure, 0, row * row_mm, WIDTHS_MM[width], row_mm)
        axes.set_xlim(0, WIDTHS_MM[width])
        axes.set_ylim(-text_mm - 1, row_mm - text_mm - 1)
        axes.set_axis_off()
        for line, name in enumerate(lines):
            _write(axes, LEFT_MM - 2, line, name, ha="right", color=MUTED)
        _draw_row(axes, blocks[row * per_row : (row + 1) * per_row], pitch, first=row == 0)
    return figure


def _measure(layers: "pd.DataFrame") -> list[_Block]:
    shapes = []
    for name, shape in zip(layers["name"], layers["output_shape"], strict=True):
        shapes.append(tuple(int(size) for size in re.findall(r"\d+", str(shape))))
        if not shapes[-1]:
            raise ValueError(
                f"Expected whole numbers in the output shape of {name}. Received: {shape=}"
            )
    images = [shape for shape in shapes if len(shape) == 3]
    pixels = max((side for shape in images for side in shape[:2]), default=1)
    channels = max((shape[2] for shape in images), default=1)
    units = max((math.prod(shape) for shape in shapes if len(shape) != 3), default=1)
    blocks = []
    for name, parameters, sizes in zip(layers["name"], layers["parameters"], shapes, strict=True):
        if len(sizes) == 3:
            breadth = LEAST_MM + (BREADTH_MM - LEAST_MM) * _log_share(sizes[2], channels)
            height, depth = (max(LEAST_MM, TALLEST_MM * side / pixels) for side in sizes[:2])
        else:
            height = max(LEAST_MM, TALLEST_MM * _log_share(math.prod(sizes), units))
            breadth, depth = LEAST_MM, LEAST_MM
        blocks.append(_Block(str(name), sizes, int(parameters), breadth, height, depth))
    return blocks


def _fold(blocks: Sequence[_Block]) -> list[_Block]:
    folded: list[_Block] = []
    for block in blocks:
        if folded and not block.parameters and block.shape == folded[-1].shape:
            before = folded.pop()
            folded.append(replace(before, followed=(*before.followed, block.name)))
        else:
            folded.append(block)
    return folded


def _log_share(count: int, most: int) -> float:
    return math.log(count + 1) / math.log(most + 1)


def _draw_row(axes: "Axes", blocks: Sequence[_Block], pitch: float, *, first: bool) -> None:
    middle = TALLEST_MM * (1 + SLANT[1]) / 2
    ends = None if first else LEFT_MM - 4.0
    for number, block in enumerate(blocks):
        x = LEFT_MM + (number + 0.5) * pitch
        back = block.depth * SLANT[0]
        left = x - (block.breadth + back) / 2
        if ends is not None:
            axes.annotate(
                "",
                (left - 0.4, middle),
                (ends + 0.4, middle),
                arrowprops={
                    "arrowstyle": "-|>,head_length=2.5,head_width=1",
                    "mutation_scale": 1,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "color": MUTED,
                    "linewidth": 0.5,
                },
            )
        _draw_block(axes, block, left, middle)
        ends = left + block.breadth + back
        _write(axes, x, 0, block.name)
        _write(axes, x, 1, " × ".join(str(size) for size in block.shape))
        _write(axes, x, 2, f"{block.parameters:,}" if block.parameters else "–", color=MUTED)
        for line, name in enumerate(block.followed, start=len(LINES)):
            _write(axes, x, line, name, color=MUTED)


def _draw_block(axes: "Axes", block: _Block, left: float, middle: float) -> None:
    from matplotlib.patches import Polygon

    right_by, up_by = block.depth * SLANT[0], block.depth * SLANT[1]
    right = left + block.breadth
    bottom = middle - (block.height + up_by) / 2
    top = bottom + block.height
    front = [(left, bottom), (right, bottom), (right, top), (left, top)]
    lid = [
        (left, top),
        (right, top),
        (right + right_by, top + up_by),
        (left + right_by, top + up_by),
    ]
    side = [
        (right, bottom),
        (right + right_by, bottom + up_by),
        (right + right_by, top + up_by),
        (right, top),
    ]
    shades = (0.32, 0.12, 0.55) if block.parameters else (0.0, 0.0, 0.06)
    for corners, shade in zip((front, lid, side), shades, strict=True):
        axes.add_patch(
            Polygon(
                corners,
                facecolor=colormap()(shade),
                edgecolor=INK,
                linewidth=0.4,
                joinstyle="round",
            )
        )


def _write(
    axes: "Axes", x: float, line: int, text: str, *, ha: str = "center", color: str = INK
) -> None:
    axes.text(x, -1.5 - line * LINE_MM, text, ha=ha, va="top", color=color, fontsize=SMALL_PT)
