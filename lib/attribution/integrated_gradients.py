"""Integrated gradients: a logit's change from a baseline to an image, shared among the pixels."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.network import Floats, Ints, Network


def integrated_gradients(
    network: Network, images: Floats, targets: Ints, *, baseline: Floats, steps: int = 128
) -> Floats:
    """Integrate the target logit's gradient along the straight line from baseline to image.

    With x the image, x' the baseline and F the logit, pixel i receives

        (x_i - x'_i)  integral_0^1  dF(x' + a (x - x')) / dx_i  da                (1)

    The integral is approximated by Gauss-Legendre quadrature instead of the Riemann sum of
    equation 3: for the same number of gradients it is the more exact. A pixel that equals the
    baseline receives nothing, so no credit goes to black pixels on a black baseline.

    Args:
        network: to explain.
        images: (n, height, width, channels).
        targets: (n,) class numbers.
        baseline: (n, height, width, channels), one an image.
        steps: gradients an image.

    Returns:
        (n, height, width) float32, summed over channels. The sum of a map is F(x) - F(x') but for
        the error of the quadrature (completeness).

    Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks" (2017),
        equations 1 and 3.
    """
    if steps < 1:
        raise ValueError(f"Expected steps >= 1. Received: {steps=}")
    along, weights = quadrature(steps)
    difference = images - baseline
    average = np.zeros(images.shape)
    for part in network.batches(len(images) * steps):
        # Points of all images in one row, so that batches are full for small numbers of steps.
        image, step = np.divmod(np.arange(part.start, part.stop), steps)
        a = along[step][:, None, None, None].astype(np.float32)
        gradients = network.gradients(baseline[image] + a * difference[image], targets[image])
        for number in np.unique(image):
            chosen = image == number
            average[number] += np.tensordot(weights[step[chosen]], gradients[chosen], axes=1)
    return (difference * average).sum(axis=3).astype(np.float32)


def quadrature(steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the points and weights of Gauss-Legendre quadrature on [0, 1].

    >>> points, weights = quadrature(2)
    >>> round(float(weights @ points**3), 12)
    0.25
    """
    points, weights = np.polynomial.legendre.leggauss(steps)
    return (points + 1) / 2, weights / 2
