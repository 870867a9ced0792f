"""Changes to sketches that a person would hardly mind: noise, and flips along either axis."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.sketches.handin.utils.accuracies import Model, predict_logits

RANGE = 255  # from paper to ink
TENTH = 0.1  # of the range: the standard deviation that the assignment asks for
LEVELS = (0.05, TENTH, 0.2, 0.3, 0.5)  # of the noise, as shares of the range
UNCHANGED = "unchanged"

Images = npt.NDArray[Any]
Labels = npt.NDArray[np.int64]
FLIPS: Mapping[str, Callable[[Images], Images]] = {
    "vertical": lambda images: images[:, ::-1],
    "horizontal": lambda images: images[:, :, ::-1],
}


def noisy(images: Images, level: float, seed: int) -> npt.NDArray[np.float32]:
    """Add Gaussian noise, which may leave the range.

    Args:
        images: (n, height, width) in [0, 255].
        level: standard deviation, as a share of the range.
        seed: seeds the noise.

    Returns:
        (n, height, width) float32.
    """
    noise = np.random.default_rng(seed).normal(0, level * RANGE, images.shape)
    return (images + noise).astype(np.float32)


def noise_of(level: float) -> str:
    """Describe how much noise was added.

    >>> noise_of(0.1)
    'noise, 10 % of the range'
    """
    return f"noise, {100 * level:g} % of the range"


def flip_of(name: str) -> str:
    """Describe how images were flipped.

    >>> flip_of("vertical")
    'vertical flip'
    """
    return f"{name} flip"


def every_change(images: Images, seed: int) -> dict[str, Images]:
    """Return images changed in every way, keyed by the change; unchanged ones come first."""
    vertical, horizontal = FLIPS.values()
    return {
        UNCHANGED: images,
        **{noise_of(level): noisy(images, level, seed) for level in LEVELS},
        **{flip_of(name): flip(images) for name, flip in FLIPS.items()},
        "both flips": vertical(horizontal(images)),
    }


def predicted(model: Model, images: Mapping[str, Images]) -> dict[str, Labels]:
    """Predict the labels of images, under the same names."""
    return {name: predict_logits(model, some).argmax(axis=1) for name, some in images.items()}
