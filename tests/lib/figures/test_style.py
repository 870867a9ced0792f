"""The look of figures, and that equal numbers give equal bytes."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from contract.page import FIGURE_FONT_PT, FULL_WIDTH_MM, SANS, TEXT_WIDTH_MM
from lib.figures.curves import learning_curves
from lib.figures.images import captioned_images, image_grid
from lib.figures.matrix import class_matrix
from lib.figures.style import add_axes_mm, apart, colormap, in_style, ink_on, new_figure, png, svg
from lib.figures.tuning import search_results

ROOT = Path(__file__).resolve().parents[3]
DRAW = """
import sys
from lib.figures.curves import learning_curves
from lib.figures.style import svg
figure = learning_curves({"train_loss": [3, 2, 1]}, metrics={"loss": "loss"})
sys.stdout.buffer.write(svg(figure))
"""


def small() -> Figure:
    return learning_curves({"train_loss": [3, 2, 1]}, metrics={"loss": "loss"})


def test_equal_numbers_give_equal_bytes_in_two_processes() -> None:
    command = [sys.executable, "-c", DRAW]
    there = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    assert there == svg(small())


def test_a_drawing_says_nothing_of_when_and_with_what_it_was_made() -> None:
    assert not re.search(rb"dc:date|Matplotlib v", svg(small()))


@pytest.mark.parametrize(
    ("width", "millimetres"), [("text", TEXT_WIDTH_MM), ("full", FULL_WIDTH_MM)]
)
def test_a_figure_is_as_wide_as_it_is_printed(
    width: Literal["text", "full"], millimetres: float
) -> None:
    drawing = svg(new_figure(height_mm=50, width=width)).decode()
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', drawing)
    assert found is not None
    printed = [float(points) / 72 * 25.4 for points in found.groups()]
    assert printed == pytest.approx([millimetres, 50], rel=1e-4)


def test_letters_have_the_reports_typeface_and_size_whatever_the_user_has_set() -> None:
    with mpl.rc_context({"font.size": 30, "font.family": "monospace", "axes.grid": True}):
        figure = small()
        drawing = svg(figure)
    axes = figure.axes[0]
    assert axes.xaxis.label.get_fontsize() == FIGURE_FONT_PT
    assert axes.xaxis.label.get_fontfamily() == [SANS]
    assert b"DejaVu" not in drawing
    assert b"SourceSansPro" in drawing


def test_drawing_leaves_the_users_settings_alone() -> None:
    before = dict(mpl.rcParams)
    svg(small())
    assert dict(mpl.rcParams) == before


def test_axes_are_placed_in_millimetres_from_the_upper_left() -> None:
    figure = new_figure(height_mm=40, fitted=False)
    box = add_axes_mm(figure, 12, 10, 60, 20).get_position()
    assert (box.x0, box.width) == pytest.approx((12 / TEXT_WIDTH_MM, 60 / TEXT_WIDTH_MM))
    assert (box.y0, box.height) == pytest.approx((10 / 40, 20 / 40))


def test_shades_darken_all_the_way_and_letters_stay_readable_on_them() -> None:
    grounds = [colormap()(share) for share in np.linspace(0, 1, 50)]
    lightness = [luminance(to_rgb(ground)) for ground in grounds]
    assert all(lighter > darker for lighter, darker in pairwise(lightness))
    assert min(contrast(to_rgb(ground)) for ground in grounds) > 4


def luminance(colour: tuple[float, ...]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ground: tuple[float, float, float]) -> float:
    """Contrast of the letters chosen for a ground, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(ground), luminance(to_rgb(ink_on(ground)))))
    return (light + 0.05) / (dark + 0.05)


positions = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


@given(positions, st.floats(0.1, 10))
def test_labels_end_up_apart_and_in_order(wanted: list[float], gap: float) -> None:
    moved = apart(wanted, gap)
    order = np.argsort(wanted, kind="stable")
    distances = np.diff(np.array(moved)[order])
    assert (distances >= gap - 1e-9).all()


@given(positions, st.floats(0.1, 10))
def test_labels_with_room_stay_where_they_are(wanted: list[float], gap: float) -> None:
    roomy = [rank * gap * 1.5 for rank, _ in enumerate(wanted)]
    assert apart(roomy, gap) == pytest.approx(roomy)


WIDE = ["WWW", "mmmm", "image"]


def labelled() -> dict[str, Figure]:
    """Figures that leave room for labels of letters much wider than the average."""
    pixels = np.zeros((3, 4, 8, 8), np.uint8)
    trials = pd.DataFrame(
        {
            "rate": [1, 2, 3] * 3,
            "kind": np.repeat(WIDE, 3),
            "val_loss": np.arange(9) / 9,
            "status": "finished",
        }
    )
    return {
        "grid": image_grid(pixels, row_labels=WIDE),
        "captions": captioned_images(pixels[0], [WIDE] * 4, line_names=WIDE),
        "matrix": class_matrix(np.eye(3), WIDE, row_name="of", column_name="as"),
        "search": search_results(trials, x="rate", y="kind", objective="val_loss", digits=2),
    }


@pytest.mark.parametrize("name", labelled())
def test_labels_of_wide_letters_stay_inside_the_figure(name: str) -> None:
    figure = labelled()[name]
    axes = figure.axes[0]
    labels = [text for text in (*axes.get_yticklabels(), *axes.texts) if text.get_text() in WIDE]
    assert {label.get_text() for label in labels} == set(WIDE)
    png(figure, pixels_per_inch=72)
    for label in labels:
        assert label.get_window_extent().x0 >= 0, label.get_text()


@in_style
def draw_missing_glyph() -> Figure:
    figure = new_figure(height_mm=10)
    figure.text(0.5, 0.5, "\N{CJK UNIFIED IDEOGRAPH-4E00}")
    return figure


def test_a_letter_that_the_typeface_lacks_is_noticed() -> None:
    with pytest.raises(UserWarning, match=r"Glyph .* missing from font"):
        svg(draw_missing_glyph())
