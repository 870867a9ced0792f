"""Integrated gradients: a logit's change from a baseline to an image, shared among the pixels."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.network import Floats, Ints, Network

Numbers = NDArray[np.float64]

SIMPSON = np.array([1, 4, 1]) / 6
AT_ONCE = 8  # panels halved between two looks at the errors


def integrated_gradients(
    network: Network, images: Floats, targets: Ints, *, baseline: Floats, steps: int = 128
) -> Floats:
    """Integrate the target logit's gradient along the straight line from baseline to image.

    With x the image, x' the baseline and F the logit, pixel i receives

        (x_i - x'_i)  integral_0^1  dF(x' + a (x - x')) / dx_i  da                (1)

    Equation 3 of the paper takes the integral as a sum of equal steps. Pretrained networks change
    most, and in jumps, on a small part of the line near a baseline of one colour, so the points
    are chosen where they are needed, see `average_gradient`. A pixel that equals the baseline
    receives nothing: a black baseline gives no credit to black pixels.

    Args:
        network: to explain.
        images: (n, height, width, channels).
        targets: (n,) class numbers.
        baseline: (n, height, width, channels), one an image.
        steps: gradients an image at most, at least 3; an even number has one less. They are kept
            until all are there: 77 MB for 128 of a colour image of 224 x 224.

    Returns:
        (n, height, width) float32, summed over channels. The sum of a map is F(x) - F(x') but for
        the error of the quadrature (completeness).

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
) -> Numbers:
    """Average the target logit's gradient along the line from baseline to image.

    By Simpson's rule on panels of different width, each from a point to the next but one. A
    gradient comes with its logit, so every panel's error is known: its sum over pixels should be
    the change of the logit. A quarter of the panels are equal; then those with the greatest errors
    are halved, over and over.

    Args:
        network: to explain.
        image: (height, width, channels).
        baseline: (height, width, channels).
        target: class number.
        steps: points on the line, both ends among them; of an even number one less is used.

    Returns:
        (height, width, channels).
    """
    difference = image - baseline
    most = (steps - 1) // 2  # panels
    gradients = np.empty((2 * most + 1, *image.shape), np.float32)  # in the order they come in
    along, logits, slopes = np.empty((3, len(gradients)))  # likewise; slope: d logit / d along

    def visit(new: Numbers, first: int) -> None:
        for part in network.batches(len(new)):
            rows = slice(first + part.start, first + part.stop)
            share = new[part].astype(np.float32)[:, None, None, None]
            logits[rows], gradients[rows] = network.gradients(
                baseline + share * difference, np.full(len(share), target)
            )
            along[rows], slopes[rows] = new[part], np.tensordot(gradients[rows], difference, 3)

    equal = max(1, most // 4)
    visit(np.linspace(0, 1, 2 * equal + 1), 0)
    panels = 2 * np.arange(equal)[:, None] + np.arange(3)  # (panels, 3) rows of the points
    while len(panels) < most:
        area = _widths(along, panels) * (slopes[panels] @ SIMPSON)
        error = np.abs(area - (logits[panels[:, 2]] - logits[panels[:, 0]]))
        worst = np.argsort(-error, kind="stable")[: min(AT_ONCE, most - len(panels))]
        left, middle, right = panels[worst].T
        first = 2 * len(panels) + 1
        new = first + np.arange(2 * len(worst)).reshape(2, -1)
        halves = np.stack([along[left] + along[middle], along[middle] + along[right]]) / 2
        visit(halves.ravel(), first)
        panels = np.concatenate(
            [
                np.delete(panels, worst, axis=0),
                np.stack([left, new[0], middle], axis=1),
                np.stack([middle, new[1], right], axis=1),
            ]
        )
    weights = np.zeros(len(gradients))
    np.add.at(weights, panels, _widths(along, panels)[:, None] * SIMPSON)
    return np.tensordot(weights, gradients, axes=1)


def _widths(along: Numbers, panels: NDArray[np.intp]) -> Numbers:
    return along[panels[:, 2]] - along[panels[:, 0]]
