"""Check back-propagated gradients against numerical differences of the loss.

Source: the specification's example, 30 samples of 3 inputs, 3 hidden units, 2 outputs, in float64.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.scratch.handin import mlp
from experiments.scratch.handin.mlp import Floats, Weights
from experiments.scratch.weights import PARTS

if TYPE_CHECKING:
    import pandas as pd

SAMPLES, INPUTS, HIDDEN, OUTPUTS = 30, 3, 3, 2
STEP = 1e-5  # change of a weight, both ways; the differences' error is of order STEP²
DESCENT_STEPS, DESCENT_RATE = 1_000, 0.1

Data = NDArray[Any]
Learn = Callable[..., tuple[Floats, Floats, Floats, Floats, float]]


def relative_errors(seed: int) -> "pd.DataFrame":
    """Compare each weight's derivative of both losses with a central difference.

    Returns:
        Columns `loss`, `part` (w1, b1, w2, b2), `weights` (their number in the part), and
        `error`: the largest deviation, relative to the part's largest derivative.
    """
    import pandas as pd

    first, data, targets, labels = _example(seed)
    rows = []
    losses: tuple[tuple[str, Learn, Data], ...] = (
        ("mean squared error", mlp.learn_once_mse, targets),
        ("cross-entropy", mlp.learn_once_cross_entropy, labels),
    )
    for name, learn, wanted in losses:
        stepped = learn(*first, data, wanted, 1.0)
        for part, label in enumerate(PARTS):
            derivative = first[part] - stepped[part]  # a step of rate 1 subtracts the derivative
            measured = _differences(first, part, learn, data, wanted)
            deviation = np.abs(derivative - measured).max() / np.abs(measured).max()
            rows.append([name, label, derivative.size, float(deviation)])
    return pd.DataFrame(rows, columns=["loss", "part", "weights", "error"])


def descent(seed: int) -> dict[str, float]:
    """Run gradient descent on the mean squared error; return its first and last loss."""
    weights, data, targets, _ = _example(seed)
    found = []
    for _ in range(DESCENT_STEPS):
        w1, b1, w2, b2, loss = mlp.learn_once_mse(*weights, data, targets, DESCENT_RATE)
        weights = w1, b1, w2, b2
        found.append(loss)
    return {"first_loss": found[0], "last_loss": found[-1], "steps": len(found)}


def _example(seed: int) -> tuple[Weights, Floats, Floats, "np.ndarray"]:
    generator = np.random.default_rng((seed, SAMPLES))
    weights = mlp.uniform_weights(INPUTS, HIDDEN, OUTPUTS, np.float64, seed)
    data, targets = generator.random((SAMPLES, INPUTS)), generator.random((SAMPLES, OUTPUTS))
    return weights, data, targets, generator.integers(OUTPUTS, size=SAMPLES)


def _differences(weights: Weights, part: int, learn: Learn, *given: Data) -> Floats:
    """Compute central differences of the loss for each weight of a part."""
    measured = np.empty_like(weights[part])
    for place in np.ndindex(measured.shape):
        loss = []
        for sign in (1, -1):
            moved = [array.copy() for array in weights]
            moved[part][place] += sign * STEP
            loss.append(learn(*moved, *given, 1.0)[-1])
        measured[place] = (loss[0] - loss[1]) / (2 * STEP)
    return measured
