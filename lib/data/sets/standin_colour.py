"""Generated stand-in data in colour: the shapes of `standin`, tinted at random, 32 x 32.

A shape's colours are independent of its class, so pixels say less about the class than edges do, as
in photographs.
"""

import numpy as np
import numpy.typing as npt

from lib.data.sets import standin
from lib.data.split import Split

SIZE = 32
EDGE = (SIZE - standin.SIZE) // 2
GRAIN = 8.0  # standard deviation of the noise in each channel, grey levels


def images(*, n_train: int, n_val: int, n_test: int, seed: int) -> Split:
    """Draw a stand-in data set in colour, its classes of equal size up to a remainder.

    Args:
        n_train: training images, at least two per class.
        n_val: validation images, may be 0.
        n_test: test images, may be 0.
        seed: the same seed draws the same images.

    Returns:
        Images (n, 32, 32, 3) uint8; `source` is stand-in.

    Raises:
        ValueError: if there are fewer than two training images per class, or a count is negative.
    """
    grey = standin.images(n_train=n_train, n_val=n_val, n_test=n_test, seed=seed)
    generator = np.random.default_rng((seed, SIZE))
    return Split(
        x_train=_tinted(grey.x_train, generator),
        y_train=grey.y_train,
        x_val=_tinted(grey.x_val, generator),
        y_val=grey.y_val,
        x_test=_tinted(grey.x_test, generator),
        y_test=grey.y_test,
        class_names=grey.class_names,
        name="generated shapes in colour",
        source=grey.source,
    )


def _tinted(shapes: npt.NDArray[np.uint8], generator: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Blend each image's random background and ink by the shape's brightness: (n, 32, 32, 3)."""
    padded = np.pad(shapes / 255.0, ((0, 0), (EDGE, EDGE), (EDGE, EDGE)))[..., np.newaxis]
    ground = generator.uniform(0, 255, (len(shapes), 1, 1, 3))
    # Far from the background in every channel, in the direction with more room.
    ink = ground + np.where(ground < 128, 1, -1) * generator.uniform(80, 127, ground.shape)
    mixed = ground + padded * (ink - ground) + generator.normal(0, GRAIN, (*padded.shape[:3], 3))
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)
