"""Tables of a split, counted by hand."""

import numpy as np
import pytest

from lib.data.exploration import brightness, class_counts, sizes
from tests.lib.data.splits import split_of


def test_sizes_name_each_part_and_the_shape_of_an_image() -> None:
    table = sizes(split_of([(0, 0), (1, 1), (2, 2)], [(3, 0)]))
    assert table.to_dict("list") == {
        "part": ["train", "val", "test"],
        "images": [3, 1, 0],
        "height": [2, 2, 2],
        "width": [2, 2, 2],
        "channels": [1, 1, 1],
    }


def test_classes_are_counted_in_each_part_absent_ones_included() -> None:
    table = class_counts(split_of([(0, 0), (1, 2), (2, 2)], [(3, 1)]))
    assert table.to_dict("list") == {
        "class": ["a", "b", "c"],
        "train": [1, 0, 2],
        "val": [0, 1, 0],
        "test": [0, 0, 0],
    }


def test_brightness_is_the_mean_of_the_images_means() -> None:
    images = np.array([[[0, 100]], [[200, 100]], [[8, 8]]], dtype=np.uint8)
    table = brightness(images, np.array([2, 2, 0]), ("a", "b", "c"))
    assert table["class"].tolist() == ["a", "c"]
    assert table["mean"].tolist() == [8, 100]
    assert table["std"].tolist() == [0, 50]
    assert table["background"].tolist() == [0, 0.25]


def test_brightness_shifts_and_scales_with_the_images() -> None:
    rng = np.random.default_rng(3)
    images = rng.integers(1, 100, (40, 5, 5), dtype=np.uint8)
    labels = rng.integers(0, 3, 40)
    plain = brightness(images, labels, ("a", "b", "c"))
    changed = brightness(images * 2 + np.uint8(5), labels, ("a", "b", "c"))
    assert changed["mean"].tolist() == pytest.approx((plain["mean"] * 2 + 5).tolist())
    assert changed["std"].tolist() == pytest.approx((plain["std"] * 2).tolist())
