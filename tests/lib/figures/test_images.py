"""Where images stand in a grid, with what labels, and that no pixel changes."""

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from lib.figures.images import captioned_images, image_grid, predictions
from lib.figures.style import svg

NAMES = ("ant", "bee", "cat")


def images(*shape: int) -> Any:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def shown(axes: Axes) -> Any:
    """Grey levels of the image on some axes: of three equal colours the first."""
    return np.asarray(axes.get_images()[0].get_array())[:, :, 0]


def captions(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def frames(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_a_grid_holds_every_image_unchanged_at_its_place() -> None:
    grid = images(2, 3, 28, 28)
    pixels = shown(image_grid(grid).axes[0])
    assert pixels.shape == (2 * 28 + 2, 3 * 28 + 2 * 2)
    np.testing.assert_array_equal(pixels[30:58, 60:88], grid[1, 2])
    assert (pixels[28:30] == 255).all()


def test_coloured_images_keep_their_colours() -> None:
    grid = images(1, 2, 8, 8, 3)
    pixels = image_grid(grid).axes[0].get_images()[0].get_array()
    np.testing.assert_array_equal(np.asarray(pixels)[:, :8], grid[0, 0])


def test_labels_stand_at_the_middle_of_their_rows_and_columns() -> None:
    figure = image_grid(
        images(2, 3, 28, 28), row_labels=["upper", "lower"], column_labels=["a", "b", "c"]
    )
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["upper", "lower"]
    assert axes.get_yticks().tolist() == [13.5, 43.5]
    assert axes.get_xticks().tolist() == [13.5, 43.5, 73.5]


def test_a_grids_images_are_square_on_paper() -> None:
    figure = image_grid(images(2, 5, 28, 28), row_labels=["upper", "lower"])
    box = figure.axes[0].get_position()
    across, down = box.width * figure.get_figwidth(), box.height * figure.get_figheight()
    rows, columns = shown(figure.axes[0]).shape
    assert across / columns == pytest.approx(down / rows)


def test_a_grid_is_embedded_once_pixel_by_pixel() -> None:
    figure = image_grid(images(3, 4, 28, 28))
    (embedded,) = re.findall(rb'href="data:image/png;base64,([^"]+)"', svg(figure))
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(embedded))).convert("L"))
    np.testing.assert_array_equal(decoded, shown(figure.axes[0]))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [({"row_labels": ["one"]}, "2 row"), ({"column_labels": ["a"]}, "3 column")],
)
def test_labels_that_do_not_match_the_grid_are_refused(labels: Any, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        image_grid(images(2, 3, 4, 4), **labels)


def test_normalized_images_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected uint8 images"):
        image_grid(images(1, 1, 4, 4) / 255)


def test_each_prediction_stands_under_the_true_label() -> None:
    figure = predictions(images(3, 8, 8), [0, 1, 2], [0, 2, 2], NAMES)
    assert captions(figure) == ["ant", "ant", "bee", "≠ cat", "cat", "cat", "true", "predicted"]


def test_a_frame_and_heavy_letters_mark_the_wrong_ones_alone() -> None:
    axes = predictions(images(3, 8, 8), [0, 1, 2], [0, 2, 2], NAMES).axes[0]
    (frame,) = frames(axes)
    # Pixels: images of 8 with a gap of 1, so that the second one's middle is at 9 + 3.5.
    assert frame.get_x() + frame.get_width() / 2 == pytest.approx(12.5)
    heavy = {text.get_text() for text in axes.texts if text.get_fontweight() == 600}
    assert heavy == {"bee", "≠ cat"}


def test_images_go_on_in_a_second_row() -> None:
    figure = captioned_images(images(7, 8, 8), [["a"]] * 7, columns=5)
    widths = [shown(axes).shape[1] for axes in figure.axes]
    assert widths == [5 * 8 + 4, 2 * 8 + 1]


def test_captions_must_match_the_images() -> None:
    with pytest.raises(ValueError, match="Expected 3 captions"):
        captioned_images(images(3, 8, 8), [["a"], ["b"], ["c", "d"]])
