"""Draw attribution maps over their images: warm colours for a class, cool ones against it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.page import SERIES
from lib.figures.images import image_grid
from lib.figures.style import Width

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Images = NDArray[np.uint8]

FOR, AGAINST = SERIES[5], SERIES[0]  # orange, blue
OPAQUE = 0.75  # opacity of the largest value
FADED = 0.55  # share of an image's contrast kept under a map, on a light background


def overlay(image: Images, scaled: NDArray[np.floating]) -> Images:
    """Lay a map over its image: the image in faded grey, the map's values as colour opacity.

    >>> overlay(np.zeros((1, 2), np.uint8), np.array([[0.0, 1.0]]))[0].tolist()
    [[115, 115, 115], [188, 99, 29]]

    Args:
        image: (height, width) or (height, width, 3) uint8.
        scaled: (height, width) in [-1, 1]; see `lib.attribution.scaled_for_display`.

    Returns:
        (height, width, 3) uint8.
    """
    from matplotlib.colors import to_rgb

    if scaled.shape != image.shape[:2] or np.abs(scaled).max() > 1:
        raise ValueError(
            f"Expected a map in [-1, 1] of the image's size, {image.shape[:2]}. "
            f"Received: {scaled.shape=} from {scaled.min()} to {scaled.max()}"
        )
    grey = image if image.ndim == 2 else image @ np.array([0.2126, 0.7152, 0.0722])
    ground = 1 - FADED + FADED * grey[..., None] / 255
    colour = np.where(scaled[..., None] > 0, to_rgb(FOR), to_rgb(AGAINST))
    share = OPAQUE * np.abs(scaled)[..., None]
    return np.rint(255 * ((1 - share) * ground + share * colour)).astype(np.uint8)


def map_grid(
    images: Images,
    maps: Mapping[str, NDArray[np.floating]],
    *,
    row_labels: Sequence[str],
    width: Width = "full",
) -> "Figure":
    """Draw images in a column, and beside each its maps, one column per method.

    Args:
        images: (n, height, width) or (n, height, width, 3) uint8.
        maps: (n, height, width) in [-1, 1], by column label.
        row_labels: one per image, such as the predicted class.
        width: figure width on the page.
    """
    coloured = images if images.ndim == 4 else np.repeat(images[..., None], 3, axis=3)
    rows = [
        [coloured[at], *(overlay(image, each[at]) for each in maps.values())]
        for at, image in enumerate(images)
    ]
    return image_grid(
        np.array(rows), row_labels=row_labels, column_labels=["image", *maps], width=width
    )
