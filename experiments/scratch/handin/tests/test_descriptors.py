"""Descriptors respond to edges and textures, but not to the lighting."""

import numpy as np
import pytest
from descriptors import hog_descriptors, lbp_descriptors, square_images

RAMP = np.repeat(np.arange(0.0, 256.0, 8.0)[:, np.newaxis], 32, axis=1)  # brighter downwards
KINDS = 59  # textures, told apart by direction
INNER = slice(5 * KINDS, 7 * KINDS)  # two tiles that touch no border


def grey(*pictures: np.ndarray) -> np.ndarray:
    return np.stack([np.stack([picture] * 3).ravel() for picture in pictures])


def test_rows_become_images_channel_by_channel() -> None:
    rows = np.arange(2 * 3 * 4).reshape(2, 12)
    images = square_images(rows)
    assert images.shape == (2, 2, 2, 3)
    assert images[0, 0, 1].tolist() == [1, 5, 9]  # red, green and blue of the second pixel


@pytest.mark.parametrize("columns", [10, 3 * 7])
def test_rows_that_are_no_square_images_are_refused(columns: int) -> None:
    for describe in (hog_descriptors, lbp_descriptors):
        with pytest.raises(ValueError, match="3 x side x side"):
            describe(np.zeros((2, columns)))


def test_gradients_tell_level_from_upright_edges() -> None:
    level, upright = hog_descriptors(grey(RAMP, RAMP.T), cell=8, block=1).reshape(2, 16, 9)
    # Every cell of a ramp has one direction; the two ramps' directions are a right angle apart.
    assert (level.argmax(axis=1) == level[0].argmax()).all()
    assert (upright.argmax(axis=1) == upright[0].argmax()).all()
    assert abs(int(level[0].argmax()) - int(upright[0].argmax())) == 4  # of nine over 180 degrees
    assert level.max(axis=1).min() > 0.9


def test_gradients_do_not_depend_on_contrast() -> None:
    picture = np.random.default_rng(0).uniform(0, 100, (32, 32))
    dark, bright = hog_descriptors(grey(picture, 2 * picture))
    np.testing.assert_allclose(dark, bright, atol=2e-3)
    assert dark.shape == (324,)


def test_textures_keep_their_direction_unless_turned() -> None:
    images = grey(RAMP, RAMP.T)
    level, upright = lbp_descriptors(images)[:, INNER]
    assert np.abs(level - upright).max() > 0.3
    turned = lbp_descriptors(images, turned=True)
    assert turned.shape == (2, 160)
    assert np.allclose(turned[0].reshape(16, 10)[5], turned[1].reshape(16, 10)[5])
    shares = (lbp_descriptors(images) ** 2).reshape(2, 16, KINDS).sum(axis=2)
    assert np.allclose(shares, 1)
