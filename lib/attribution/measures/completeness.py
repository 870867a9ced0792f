"""Check that a map sums to the logit change that it distributes over the pixels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.attribution.inputs import broadcast_baseline, network_and_inputs
from lib.attribution.network import BATCH_SIZE, Floats

if TYPE_CHECKING:
    import keras

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Completeness:
    """Sums of maps, and the logit differences they should equal.

    Args:
        difference: (n,) target logit of the image minus that of its baseline.
        attributed: (n,) sum of the map.
    """

    difference: Numbers
    attributed: Numbers

    @property
    def gap(self) -> Numbers:
        """Absolute error of the sum as a share of the difference; NaN where that is zero."""
        size = np.abs(self.difference)
        off = np.abs(self.attributed - self.difference)
        return np.divide(off, size, out=np.full(len(size), np.nan), where=size > 0)


def completeness(
    model: "keras.Model",
    images: NDArray[np.floating],
    targets: ArrayLike,
    explain: Callable[[Floats, Floats], Floats],
    *,
    baseline: ArrayLike = 0.0,
    batch_size: int = BATCH_SIZE,
) -> tuple[Completeness, Completeness]:
    """Compare map sums with logit differences, also with image and baseline swapped.

    The second result checks the first: a method that distributes a difference must distribute its
    negative after the swap.

    Args:
        model: model that the maps explain.
        images: (n, height, width, channels) float.
        targets: (n,) class numbers.
        explain: from images and baselines, both (n, height, width, channels), to maps, such
            as `lambda x, b: attribute(model, x, targets, "integrated_gradients", baseline=b)`.
        baseline: broadcasts to the images.
        batch_size: images per pass.

    Returns:
        From baseline to image, and from image to baseline.

    Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks" (2017), sections
        3 and 5, where the gap shows whether there are enough steps.
    """
    network, images, targets = network_and_inputs(model, images, targets, batch_size=batch_size)
    baselines = broadcast_baseline(baseline, images)
    rows = np.arange(len(images))
    of_images = network.logits(images)[rows, targets].astype(np.float64)
    of_baselines = network.logits(baselines)[rows, targets].astype(np.float64)
    difference = of_images - of_baselines

    def summed(start: Floats, end: Floats) -> Numbers:
        return explain(start, end).sum(axis=(1, 2), dtype=np.float64)

    return (
        Completeness(difference, summed(images, baselines)),
        Completeness(-difference, summed(baselines, images)),
    )
