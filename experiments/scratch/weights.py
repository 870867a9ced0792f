"""A perceptron's initial weights, and the share of hidden units they saturate.

Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), sections 4.3 and 4.6: inputs of
mean 0 and variance 1, weights of standard deviation 1 / sqrt(inputs).
"""

from collections.abc import Sequence

import numpy as np

from experiments.scratch.features import Features
from experiments.scratch.handin.mlp import Floats, Weights, forward, uniform_weights

PARTS = ("w1", "b1", "w2", "b2")
SATURATED = 0.1  # share of the steepest slope below which a unit learns next to nothing
STEEPEST = 0.25  # slope of the sigmoid at 0


def draw(features: Features, *, hidden: int, classes: int, scaled: bool, seed: int) -> Weights:
    """Draw first weights in float32, uniformly from [-1, 1) as specified, or scaled down.

    Args:
        features: (n, length) that the network will be given.
        hidden: units of the hidden layer.
        classes: outputs.
        scaled: so that a unit's input has the variance of the layer's inputs.
        seed: of the weights.
    """
    w1, b1, w2, b2 = uniform_weights(features.shape[1], hidden, classes, np.float32, seed)
    return (shrunk(w1), b1, shrunk(w2), b2) if scaled else (w1, b1, w2, b2)


def parameters(arrays: Sequence[Floats]) -> Weights:
    """Take four arrays for a network's weights and biases."""
    w1, b1, w2, b2 = arrays
    return w1, b1, w2, b2


def shrunk(matrix: Floats) -> Floats:
    """Scale weights from [-1, 1), whose variance is 1/3, to a variance of 1 / inputs.

    >>> float(shrunk(np.ones((12, 1), np.float32))[0, 0])
    0.5
    """
    return matrix * matrix.dtype.type(np.sqrt(3 / len(matrix)))


def saturated_share(parameters: Weights, features: Features) -> float:
    """Share of hidden activations, over units and samples, at which the sigmoid is flat.

    >>> steep, flat = np.float32([[0.0]]), np.float32([[100.0]])
    >>> rest = np.float32([[0.0]]), np.float32([[1.0]]), np.float32([[0.0]])
    >>> [saturated_share((w1, *rest), np.float32([[1.0]])) for w1 in (steep, flat)]
    [0.0, 1.0]
    """
    active = forward(*parameters, features).hidden
    return float(np.mean(active * (1 - active) < SATURATED * STEEPEST))
