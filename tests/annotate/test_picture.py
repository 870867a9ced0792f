"""Pictures are written as they are."""

import io

import numpy as np
import pytest
from PIL import Image

from annotate.picture import png


@pytest.mark.parametrize(("channels", "mode"), [((), "L"), ((1,), "L"), ((3,), "RGB")])
def test_every_pixel_is_read_back(channels: tuple[int, ...], mode: str) -> None:
    image = np.random.default_rng(1).integers(0, 256, (28, 17, *channels), dtype=np.uint8)
    read = Image.open(io.BytesIO(png(image)))
    assert read.mode == mode
    np.testing.assert_array_equal(np.asarray(read).reshape(image.shape), image)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((2, 2)),
        np.zeros(3, np.uint8),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((1, 2, 2, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Expected a grey or red-green-blue uint8 image"):
        png(image)
