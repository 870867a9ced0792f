"""Check images, targets and baselines before they reach a network."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.attribution.network import BATCH_SIZE, Floats, Ints, Network

if TYPE_CHECKING:
    import keras

Range = tuple[float, float]


def network_and_inputs(
    model: "keras.Model",
    images: NDArray[np.floating],
    targets: ArrayLike,
    image_range: Range | None = None,
    batch_size: int = BATCH_SIZE,
) -> tuple[Network, Floats, Ints]:
    """Check that a model, images and targets match.

    Args:
        model: classifier, see `Network`.
        images: (n, height, width, channels) float.
        targets: (n,) class numbers.
        image_range: smallest and largest value allowed in the images; None if unknown.
        batch_size: images per pass.

    Raises:
        ValueError: they do not match, or the images are out of range.
    """
    images = np.asarray(images)
    if images.ndim != 4 or len(images) == 0 or not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            "Expected images as (n, height, width, channels) floats, preprocessed as the model "
            f"expects. Received: {images.shape=}, {images.dtype=}"
        )
    images = images.astype(np.float32)
    check_range("images", images, image_range)
    network = Network(model, images, batch_size)
    labels = np.asarray(targets)
    if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"Expected one class number per image, {len(images)} integers. "
            f"Received: {labels.shape=}, {labels.dtype=}"
        )
    if labels.min() < 0 or labels.max() >= network.classes:
        raise ValueError(
            f"Expected targets in 0 … {network.classes - 1}. "
            f"Received: {labels.min()} … {labels.max()}"
        )
    return network, images, labels


def broadcast_baseline(
    baseline: ArrayLike, images: Floats, image_range: Range | None = None
) -> Floats:
    """Broadcast a baseline to the images.

    >>> broadcast_baseline(0.5, np.zeros((2, 1, 1, 3), np.float32)).shape
    (2, 1, 1, 3)

    Args:
        baseline: a number, or an array that broadcasts to the images: (channels,), one image, or
            one per image.
        images: (n, height, width, channels).
        image_range: smallest and largest value allowed in it; None if unknown.

    Raises:
        ValueError: the shape does not broadcast, or values are out of range.
    """
    values = np.asarray(baseline, np.float32)
    try:
        given = np.broadcast_to(values, images.shape)
    except ValueError as error:
        raise ValueError(
            f"Expected a baseline that broadcasts to the images, {images.shape}. "
            f"Received: {values.shape=}"
        ) from error
    check_range("baseline", values, image_range)
    return given


def check_range(name: str, values: NDArray[np.floating], image_range: Range | None) -> None:
    """Reject values that are not finite or outside the range the network was trained on."""
    least, greatest = float(values.min()), float(values.max())
    if not np.isfinite([least, greatest]).all():
        raise ValueError(f"Expected finite {name}. Received: values from {least} to {greatest}")
    if image_range is None:
        return
    low, high = image_range
    slack = 1e-4 * (high - low)  # float32 rounding in preprocessing
    if least < low - slack or greatest > high + slack:
        raise ValueError(
            f"Expected {name} in the network's range, {low:g} … {high:g}. "
            f"Received: {name} from {least:g} to {greatest:g}"
        )
