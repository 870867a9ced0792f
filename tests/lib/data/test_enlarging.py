"""Enlarged images keep levels and places."""

import numpy as np

from lib.data.enlarging import enlarge


def test_an_even_image_stays_even_and_a_gradient_rises() -> None:
    even = np.full((1, 28, 28), 77, np.uint8)
    assert (enlarge(even, 32) == 77).all()
    ramp = np.tile(np.arange(0, 252, 9, dtype=np.uint8), (28, 1))[None]
    wide = enlarge(ramp, 32).astype(int)
    assert wide.shape == (1, 32, 32)
    assert (np.diff(wide[0], axis=1) > 0).all()
    assert (wide[0] == wide[0, :1]).all()


def test_colours_are_enlarged_each_by_itself() -> None:
    image = np.zeros((1, 4, 4, 3), np.uint8)
    image[..., 2] = 200
    assert (enlarge(image, 8) == np.array([0, 0, 200])).all()
