"""Integrated gradients: a logit's change from baseline to image, distributed over the pixels."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.network import Floats, Ints, Network

Numbers = NDArray[np.float64]

SIMPSON = np.array([1, 4, 1]) / 6
AT_ONCE = 8  # panels halved before errors are recomputed


def integrated_gradients(
    network: Network, images: Floats, targets: Ints, *, baseline: Floats, steps: int = 128
) -> Floats:
    """Integrate the target logit's gradient along the straight line from baseline to image.

    With x the image, x' the baseline and F the logit, pixel i receives

        (x_i - x'_i)  integral_0^1  dF(x' + a (x - x')) / dx_i  da                (1)

    Equation 3 of the paper approximates the integral by a sum over equal steps. Pretrained networks
    change most, and abruptly, on a short part of the line near a uniform baseline, so the points
    are placed adaptively, see `average_gradient`. A pixel equal to the baseline receives nothing: a
    black baseline gives no credit to black pixels.

    Args:
        network: network to explain.
        images: (n, height, width, channels).
        targets: (n,) class numbers.
        baseline: (n, height, width, channels), one per image.
        steps: maximum gradients per image, at least 3; an even number is reduced by one. All are
            held in memory: 77 MB for 128 steps and a 224 x 224 colour image.

    Returns:
        (n, height, width) float32, summed over channels. A map sums to F(x) - F(x') up to the
        quadrature error (completeness).

    Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks" (2017),
        equations 1 and 3.
    """
    if steps < 3:
        raise ValueError(f"Expected steps >= 3. Received: {steps=}")
    maps = np.empty(images.shape[:3], np.float32)
    for number, (image, start) in enumerate(zip(images, baseline, strict=True)):
        average = average_gradient(network, image, start, int(targets[number]), steps)
        maps[number] = ((image - start) * average).sum(axis=2)
    return maps


def average_gradient(
    network: Network, image: Floats, baseline: Floats, target: int, steps: int
) -> Floats:
    """Average the target logit's gradient along the line from baseline to image.

    Uses Simpson's rule on panels of varying width, three points each. Each gradient comes with its
    logit, so every panel's error is known: its sum over pixels should equal the logit's change. The
    first quarter of the panels have equal width; then the panels with the largest errors are halved
    repeatedly.

    Args:
        network: network to explain.
        image: (height, width, channels).
        baseline: (height, width, channels).
        target: class number.
        steps: points on the line, including both ends; an even number is reduced by one.

    Returns:
        (height, width, channels).
    """
    path = _Path(network, image, baseline, target, most := (steps - 1) // 2)
    equal = max(1, most // 4)
    path.visit(np.linspace(0, 1, 2 * equal + 1))
    panels = 2 * np.arange(equal)[:, None] + np.arange(3)  # (panels, 3) point indices
    while len(panels) < most:
        error = np.abs(path.areas(panels) - path.changes(panels))
        worst = np.argsort(-error, kind="stable")[: min(AT_ONCE, most - len(panels))]
        left, middle, right = panels[worst].T
        ends = path.along[panels[worst]]  # (worst, 3)
        new = path.visit((ends[:, :2] + ends[:, 1:]).ravel() / 2).reshape(-1, 2).T
        panels = np.concatenate(
            [
                np.delete(panels, worst, axis=0),
                np.stack([left, new[0], middle], axis=1),
                np.stack([middle, new[1], right], axis=1),
            ]
        )
    return path.average(panels)


class _Path:
    """Points on the line from a baseline to an image, in the order visited."""

    def __init__(
        self, network: Network, image: Floats, baseline: Floats, target: int, panels: int
    ) -> None:
        self._network, self._baseline, self._target = network, baseline, target
        self._difference = image - baseline
        self._gradients = np.empty((2 * panels + 1, *image.shape), np.float32)
        self.along, self._logits, self._slopes = np.empty((3, 2 * panels + 1))
        self._count = 0

    def visit(self, along: Numbers) -> NDArray[np.intp]:
        """Compute the gradients at positions in [0, 1]; return the points' indices."""
        first = self._count
        for part in self._network.batches(len(along)):
            rows = slice(first + part.start, first + part.stop)
            points = along[part].astype(np.float32)[:, None, None, None] * self._difference
            points += self._baseline
            targets = np.full(len(points), self._target)
            self._logits[rows], gradients = self._network.gradients(points, targets)
            self._slopes[rows] = np.einsum("phwc,hwc->p", gradients, self._difference)
            self._gradients[rows], self.along[rows] = gradients, along[part]
        self._count += len(along)
        return np.arange(first, self._count)

    def areas(self, panels: NDArray[np.intp]) -> Numbers:
        """Integrate each panel's logit change from its gradients."""
        areas: Numbers = self._widths(panels) * (self._slopes[panels] @ SIMPSON)
        return areas

    def changes(self, panels: NDArray[np.intp]) -> Numbers:
        """Compute each panel's actual logit change."""
        return self._logits[panels[:, 2]] - self._logits[panels[:, 0]]

    def average(self, panels: NDArray[np.intp]) -> Floats:
        """Sum the gradients of all points, weighted by Simpson's rule."""
        weights = np.zeros(len(self.along), np.float32)
        np.add.at(weights, panels, self._widths(panels)[:, None] * SIMPSON)
        # Avoid BLAS, whose threads compete with TensorFlow's.
        average: Floats = np.einsum("p,phwc->hwc", weights, self._gradients)
        return average

    def _widths(self, panels: NDArray[np.intp]) -> Numbers:
        return self.along[panels[:, 2]] - self.along[panels[:, 0]]
