"""Pictures are written as they are."""

import io

import numpy as np
import pytest
from PIL import Image

from annotate.picture import png


def test_another_program_reads_every_pixel_back() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (28, 17), dtype=np.uint8)
    read = Image.open(io.BytesIO(png(grey)))
    assert read.mode == "L"
    np.testing.assert_array_equal(np.asarray(read), grey)


@pytest.mark.parametrize("image", [np.zeros((2, 2)), np.zeros((2, 2, 3), np.uint8)])
def test_what_is_no_grey_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Expected a \\(height, width\\) uint8 image"):
        png(image)
