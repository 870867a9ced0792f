"""Draw labelled grids of images, with the values they had before normalisation.

A grid is one array of pixels, so it is embedded as a single lossless picture and PDF viewers draw
no seams between the images.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.page import INK, MUTED
from lib.figures.style import (
    MM_PER_INCH,
    POINTS_PER_INCH,
    WIDTHS_MM,
    Width,
    add_axes_mm,
    in_style,
    label_room_mm,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Images = NDArray[np.uint8]

GAP = 1 / 14  # between images of a grid, as a share of an image's width
WIDE_GAP = 1 / 6  # between captioned images, with room for a frame
LINE_MM = 3.4
EDGE_MM = 0.6  # white between an image and its frame; also keeps the frame inside the figure


@in_style
def image_grid(
    images: Images,
    *,
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    width: Width = "text",
) -> "Figure":
    """Draw images in rows and columns, such as samples of each class.

    Args:
        images: (rows, columns, height, width) or (rows, columns, height, width, 3) uint8.
        row_labels: one per row, on its left.
        column_labels: one per column, above it.
        width: figure width on the page.

    Raises:
        ValueError: the images have the wrong shape, or the labels do not match them.
    """
    _check(images, (4, 5))
    rows, columns = images.shape[:2]
    if len(row_labels) not in (0, rows) or len(column_labels) not in (0, columns):
        raise ValueError(
            f"Expected {rows} row and {columns} column labels, or none. "
            f"Received: {row_labels=}, {column_labels=}"
        )
    left = label_room_mm(row_labels)
    top = LINE_MM + 0.6 if column_labels else 0.0
    pixels = _tile(images, GAP)
    across = WIDTHS_MM[width] - left
    down = across * pixels.shape[0] / pixels.shape[1]
    figure = new_figure(height_mm=top + down, width=width, fitted=False)
    axes = add_axes_mm(figure, left, top, across, down)
    _show(axes, pixels)
    centres_y, centres_x = _centres(images, GAP)
    if row_labels:
        axes.set_yticks(centres_y, row_labels)
    if column_labels:
        axes.set_xticks(centres_x, column_labels)
    return figure


@in_style
def captioned_images(
    images: Images,
    captions: Sequence[Sequence[str]],
    *,
    framed: Sequence[bool] | None = None,
    line_names: Sequence[str] = (),
    columns: int = 5,
    width: Width = "text",
) -> "Figure":
    """Draw images with lines of text below each.

    Args:
        images: (n, height, width) or (n, height, width, 3) uint8.
        captions: for each image the same number of lines, each no wider than the image.
        framed: for each image, whether it gets a frame and semibold text.
        line_names: name of each line, on the left of each row.
        columns: images per row.
        width: figure width on the page.

    Raises:
        ValueError: the images have the wrong shape, or the captions or frames do not match them.
    """
    _check(images, (3, 4))
    framed = [False] * len(images) if framed is None else list(framed)
    lines = {len(caption) for caption in captions}
    if len(captions) != len(images) or len(framed) != len(images) or len(lines) > 1:
        raise ValueError(
            f"Expected {len(images)} captions with equally many lines, and as many frame flags. "
            f"Received: {captions=}, {framed=}"
        )
    left = EDGE_MM + label_room_mm(line_names)
    side = (WIDTHS_MM[width] - left - EDGE_MM) / (columns + (columns - 1) * WIDE_GAP)
    down = side * images.shape[1] / images.shape[2]
    text = max(lines, default=0) * LINE_MM
    pitch = down + 2 * EDGE_MM + text + 0.6 * LINE_MM
    rows = -(-len(images) // columns)
    figure = new_figure(height_mm=EDGE_MM + rows * pitch - 0.4 * LINE_MM, width=width, fitted=False)
    for row in range(rows):
        chosen = slice(row * columns, (row + 1) * columns)
        pixels = _tile(images[None, chosen], WIDE_GAP)
        across = side * pixels.shape[1] / images.shape[2]
        axes = add_axes_mm(figure, left, EDGE_MM + row * pitch, across, down)
        _show(axes, pixels)
        centres = _centres(images[None, chosen], WIDE_GAP)[1]
        for x, caption, frame in zip(centres, captions[chosen], framed[chosen], strict=True):
            _write_below(axes, x, caption, bold=frame)
            if frame:
                _frame(axes, x, images.shape[1:3], images.shape[2] / side)
        _name_lines(axes, line_names)
    return figure


def predictions(
    images: Images,
    y_true: Sequence[int],
    y_pred: Sequence[int],
    class_names: Sequence[str],
    *,
    columns: int = 5,
    width: Width = "text",
) -> "Figure":
    """Draw samples above their true and predicted labels; a frame marks errors.

    Args:
        images: (n, height, width) or (n, height, width, 3) uint8.
        y_true: (n,) labels.
        y_pred: (n,) predicted labels.
        class_names: one per label.
        columns: images per row.
        width: figure width on the page.
    """
    wrong = [true != predicted for true, predicted in zip(y_true, y_pred, strict=True)]
    captions = [
        (class_names[true], f"{'≠ ' if true != predicted else ''}{class_names[predicted]}")
        for true, predicted in zip(y_true, y_pred, strict=True)
    ]
    return captioned_images(
        images,
        captions,
        framed=wrong,
        line_names=("true", "predicted"),
        columns=columns,
        width=width,
    )


def _check(images: Images, dimensions: tuple[int, int]) -> None:
    plain, coloured = dimensions
    right = images.ndim == plain or (images.ndim == coloured and images.shape[-1] == 3)
    if not right or images.dtype != np.uint8 or images.size == 0:
        raise ValueError(
            f"Expected uint8 images of {plain} dimensions, or {coloured} with three colour "
            f"channels. Received: {images.shape=}, {images.dtype=}"
        )


def _gap_pixels(images: Images, gap: float) -> int:
    return max(1, round(images.shape[3] * gap))


def _tile(images: Images, gap: float) -> Images:
    """Combine (rows, columns, height, width, ...) images into one, with white between them."""
    rows, columns, height, width = images.shape[:4]
    space = _gap_pixels(images, gap)
    shape = (rows * (height + space) - space, columns * (width + space) - space)
    pixels = np.full(shape + images.shape[4:], 255, np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + space), column * (width + space)
            pixels[top : top + height, left : left + width] = images[row, column]
    return pixels


def _centres(images: Images, gap: float) -> tuple[list[float], list[float]]:
    """Centres of the rows and columns, in pixels of `_tile`."""
    rows, columns, height, width = images.shape[:4]
    space = _gap_pixels(images, gap)
    return (
        [(height - 1) / 2 + row * (height + space) for row in range(rows)],
        [(width - 1) / 2 + column * (width + space) for column in range(columns)],
    )


def _show(axes: "Axes", pixels: Images) -> None:
    # A colour map would change some grey levels by one.
    coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    axes.imshow(coloured, aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, pad=3)
    axes.spines[:].set_visible(False)


def _write_below(axes: "Axes", x: float, lines: Sequence[str], *, bold: bool) -> None:
    for number, line in enumerate(lines):
        axes.annotate(
            line,
            (x, 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -_below(number)),
            textcoords="offset points",
            ha="center",
            va="top",
            fontweight=600 if bold else 400,
        )


def _name_lines(axes: "Axes", names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        axes.annotate(
            name,
            (0, 0),
            xycoords="axes fraction",
            xytext=(-4, -_below(number)),
            textcoords="offset points",
            ha="right",
            va="top",
            color=MUTED,
        )


def _below(line: int) -> float:
    """Distance from the image to the top of a line, in points."""
    return (2 * EDGE_MM + line * LINE_MM) * POINTS_PER_INCH / MM_PER_INCH


def _frame(axes: "Axes", x: float, size: tuple[int, ...], pixels_per_mm: float) -> None:
    from matplotlib.patches import Rectangle

    height, width = size
    edge = EDGE_MM * pixels_per_mm
    axes.add_patch(
        Rectangle(
            (x - width / 2 - edge, -0.5 - edge),
            width + 2 * edge,
            height + 2 * edge,
            fill=False,
            edgecolor=INK,
            linewidth=1.2,
            clip_on=False,
        )
    )
