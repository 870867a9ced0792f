"""Deletion and insertion curves: a class's probability as pixels change in a map's order."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.attribution.inputs import broadcast_baseline, network_and_inputs
from lib.attribution.network import BATCH_SIZE

if TYPE_CHECKING:
    import keras

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Curves:
    """The target class's probability as pixels change, most important first.

    Args:
        share: (steps + 1,) share of pixels changed, from 0 to 1.
        deletion: (n, steps + 1) from image to baseline: a good map makes it fall fast.
        insertion: (n, steps + 1) from baseline to image: a good map makes it rise fast.
    """

    share: Numbers
    deletion: Numbers
    insertion: Numbers

    @property
    def deletion_auc(self) -> Numbers:
        """Area under each deletion curve, (n,) in [0, 1]; lower is better."""
        return _area(self.deletion, self.share)

    @property
    def insertion_auc(self) -> Numbers:
        """Area under each insertion curve, (n,) in [0, 1]; higher is better."""
        return _area(self.insertion, self.share)

    @property
    def symmetric_difference(self) -> Numbers:
        """Deletion area with least important pixels first minus that with most important first.

        (n,) in [-1, 1]; higher is better, and a random order averages 0. Deleting the least
        important share q equals inserting the most important 1 - q, so the first area is that of
        the insertion curve. The baseline's own effect on the network cancels out.

        Source: Blücher, Vielhaben and Strodthoff, "Decoupling pixel flipping and occlusion
            strategy for consistent XAI benchmarks" (2024), symmetric relevance gain.
        """
        return self.insertion_auc - self.deletion_auc


def perturbation_curves(
    model: "keras.Model",
    images: NDArray[np.floating],
    targets: ArrayLike,
    maps: NDArray[np.floating],
    *,
    baseline: ArrayLike = 0.0,
    steps: int = 32,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
) -> Curves:
    """Replace pixels with the baseline, and baseline with pixels, in a map's order.

    Args:
        model: classifier.
        images: (n, height, width, channels) float.
        targets: (n,) class numbers.
        maps: (n, height, width); the largest value goes first.
        baseline: broadcasts to the images.
        steps: points per curve after the first.
        seed: random seed for breaking ties.
        batch_size: images per pass.

    Raises:
        ValueError: the maps do not match the images or are not finite.

    Source: Petsiuk, Das and Saenko, "RISE: Randomized input sampling for explanation of black-box
        models" (2018), section 4.2.
    """
    network, images, targets = network_and_inputs(model, images, targets, batch_size=batch_size)
    baselines = broadcast_baseline(baseline, images)
    if steps < 1 or maps.shape != images.shape[:3] or not np.isfinite(maps).all():
        raise ValueError(
            f"Expected steps >= 1 and finite maps of shape {images.shape[:3]}. "
            f"Received: {steps=}, {maps.shape=}"
        )
    place = _places(maps, seed)[..., None]
    changed = np.round(np.linspace(0, place[0].size, steps + 1)).astype(int)  # pixels
    points = steps + 1
    deletion, insertion = np.empty((2, len(images) * points))
    for part in network.batches(len(images) * points):
        image, point = np.divmod(np.arange(part.start, part.stop), points)
        first = place[image] < changed[point][:, None, None, None]
        rows = np.arange(len(image))
        for curve, inside, outside in (
            (deletion, baselines, images),
            (insertion, images, baselines),
        ):
            mixed = np.where(first, inside[image], outside[image])
            curve[part] = network.probabilities(mixed)[rows, targets[image]]
    shape = (len(images), points)
    return Curves(changed / place[0].size, deletion.reshape(shape), insertion.reshape(shape))


def _places(maps: NDArray[np.floating], seed: int) -> NDArray[np.int64]:
    """Rank each pixel within its map, 0 for the largest value.

    Ties, such as the pixels of one region, are broken at random: top-to-bottom order would favour
    maps for where their ties are.
    """
    generator = np.random.default_rng(seed)
    flat = maps.reshape(len(maps), -1)
    order = np.lexsort((generator.random(flat.shape), -flat))  # along the last axis
    return np.argsort(order, axis=1).reshape(maps.shape)


def _area(curves: Numbers, share: Numbers) -> Numbers:
    from scipy.integrate import trapezoid

    area: Numbers = trapezoid(curves, share, axis=1)
    return area
