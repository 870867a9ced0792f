"""Errors and detail of reconstructions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.metrics import class_errors, detail_kept, squared_errors


def images(seed: int, n: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).random((n, 6, 4, 1), dtype=np.float32)


def test_errors_are_means_over_pixels_by_hand() -> None:
    made = images(1)
    made[2] += 0.5
    errors = squared_errors(images(1), made)
    assert errors == pytest.approx([0, 0, 0.25, 0, 0], abs=1e-6)


@given(seed=st.integers(1, 1000))
def test_errors_go_along_when_images_change_places(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(5)
    errors = squared_errors(images(seed), images(seed + 1))
    again = squared_errors(images(seed)[order], images(seed + 1)[order])
    assert np.allclose(errors[order], again, rtol=1e-6)


def test_detail_falls_with_the_square_of_contrast_and_ignores_brightness() -> None:
    assert detail_kept(images(2), 0.5 * images(2) + 0.3) == pytest.approx(0.25, rel=1e-4)


def test_blurring_takes_detail_away() -> None:
    sharp = images(3)
    blurred = (sharp + np.roll(sharp, 1, axis=1) + np.roll(sharp, 1, axis=2)) / 3
    assert detail_kept(sharp, blurred) < 0.7


def test_images_of_one_level_have_no_detail_to_keep() -> None:
    with pytest.raises(ValueError, match="images that are not uniform"):
        detail_kept(np.ones((2, 4, 4, 1)), np.zeros((2, 4, 4, 1)))


@pytest.mark.parametrize("measure", [squared_errors, detail_kept])
def test_shapes_that_differ_are_refused(measure: object) -> None:
    with pytest.raises(ValueError, match="Expected equal shapes"):
        measure(images(1), images(1, n=4))  # type: ignore[operator]  # either of two functions


def test_classes_are_listed_from_the_hardest() -> None:
    table = class_errors(np.array([1.0, 3.0, 2.0, 4.0]), np.array([0, 1, 0, 2]), ("a", "b", "c"))
    assert table["class"].tolist() == ["c", "b", "a"]
    assert table["images"].tolist() == [1, 1, 2]
    assert table["reconstruction_error"].tolist() == [4.0, 3.0, 1.5]
