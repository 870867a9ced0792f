"""Maps over images: what is zero leaves the image grey, what speaks for a class covers it."""

import numpy as np
import pytest

from lib.figures.attribution import map_grid, overlay

IMAGE = np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)


def test_a_map_of_zeros_leaves_grey_and_the_order_of_brightness() -> None:
    shown = overlay(IMAGE, np.zeros((6, 6)))
    assert (shown == shown[..., :1]).all()
    brightness = IMAGE @ np.array([0.2126, 0.7152, 0.0722])
    order = np.argsort(brightness, axis=None)
    assert (np.diff(shown[..., 0].ravel()[order].astype(int)) >= 0).all()


def test_for_and_against_are_warm_and_cool() -> None:
    scaled = np.zeros((6, 6))
    scaled[0, 0], scaled[5, 5] = 1, -1
    shown = overlay(IMAGE, scaled).astype(int)
    assert shown[0, 0, 0] > shown[0, 0, 2] + 100
    assert shown[5, 5, 2] > shown[5, 5, 0] + 100


def test_a_map_out_of_range_or_of_another_size_is_refused() -> None:
    for wrong in (np.full((6, 6), 1.5), np.zeros((5, 6))):
        with pytest.raises(ValueError, match="Expected a map in"):
            overlay(IMAGE, wrong)


def test_images_stand_in_a_row_with_their_maps() -> None:
    maps = {"first": np.zeros((2, 6, 6)), "second": np.ones((2, 6, 6))}
    figure = map_grid(np.stack([IMAGE, IMAGE]), maps, row_labels=["cat", "dog"])
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["image", "first", "second"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog"]
