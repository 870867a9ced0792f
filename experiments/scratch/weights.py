"""A perceptron's initial weights, its training, and the share of hidden units it saturates.

Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), sections 4.3 and 4.6: inputs of
mean 0 and variance 1, weights of standard deviation 1 / sqrt(inputs).
"""

from dataclasses import dataclass

import numpy as np

from experiments.scratch.data import Features, Labels
from experiments.scratch.handin.mlp import Floats, Weights, forward, train_mlp, uniform_weights

PARTS = ("w1", "b1", "w2", "b2")
SATURATED = 0.1  # share of the steepest slope below which a unit learns next to nothing
STEEPEST = 0.25  # slope of the sigmoid at 0


@dataclass(frozen=True)
class Network:
    """Settings that build and train a network."""

    hidden: int  # units
    classes: int
    learning_rate: float
    epochs: int  # steps of gradient descent, each on all samples
    seed: int  # seeds the initial weights
    scaled: bool  # whether initial weights are scaled, or drawn from [-1, 1) as specified

    def first(self, features: Features) -> Weights:
        """Draw the initial weights in float32."""
        inputs = features.shape[1]
        w1, b1, w2, b2 = uniform_weights(inputs, self.hidden, self.classes, np.float32, self.seed)
        if self.scaled:  # from a variance of 1/3 to one of 1 / inputs
            w1, w2 = (weights * np.float32(np.sqrt(3 / len(weights))) for weights in (w1, w2))
        return w1, b1, w2, b2

    def train(self, features: Features, labels: Labels) -> tuple[Weights, Weights, list[float]]:
        """Train on the cross-entropy; return first and last weights and each epoch's accuracy."""
        first = self.first(features)
        w1, b1, w2, b2, curve = train_mlp(*first, features, labels, self.learning_rate, self.epochs)
        return first, (w1, b1, w2, b2), curve


def saturated_share(parameters: Weights, features: Features) -> float:
    """Compute the share of hidden activations, over units and samples, with a flat sigmoid.

    >>> steep, flat = np.float32([[0.0]]), np.float32([[100.0]])
    >>> rest = np.float32([[0.0]]), np.float32([[1.0]]), np.float32([[0.0]])
    >>> [saturated_share((w1, *rest), np.float32([[1.0]])) for w1 in (steep, flat)]
    [0.0, 1.0]
    """
    active = forward(*parameters, features).hidden
    return float(np.mean(active * (1 - active) < SATURATED * STEEPEST))


def change(before: Floats, after: Floats) -> float:
    """Compute the norm of the weights' total change, relative to their initial norm."""
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))
