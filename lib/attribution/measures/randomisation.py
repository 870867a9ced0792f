"""Sanity check with randomised weights: a map that explains the model must change with them."""

import random
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def randomised(model: "keras.Model", seed: int) -> "keras.Model":
    """Copy a model and shuffle all its weights.

    Entries are shuffled within each array: what the network has learned is lost, but its weights
    and statistics keep their magnitudes, regardless of the initializers. A deep network then gives
    nearly the same logits for every image, but its gradients still have a direction.

    Args:
        model: built model; it is not changed.
        seed: random seed for shuffling.

    Source: Adebayo et al., "Sanity checks for saliency maps" (2018), section 3; there weights are
        redrawn from their initial distribution.
    """
    *_, (_, copy) = cascade(model, seed)
    return copy


def cascade(model: "keras.Model", seed: int) -> Iterator[tuple[str, "keras.Model"]]:
    """Shuffle the weights layer by layer, from the last to the first.

    Args:
        model: built model; it is not changed.
        seed: random seed for shuffling.

    Yields:
        The path of the last layer shuffled, and a copy of the model: the same object each time,
        changed by the next step.

    Source: as `randomised`; cascading randomisation.
    """
    generator = np.random.default_rng(seed)
    copy = _copy(model)
    layers = [
        (path, list(weights))
        for path, weights in groupby(
            copy.weights, key=lambda weight: weight.path.rpartition("/")[0]
        )
    ]
    if not layers:
        raise ValueError(f"Expected a model with weights. Received: {model.name!r}, which has none")
    for path, weights in reversed(layers):
        for weight in weights:
            shuffled = generator.permutation(np.asarray(weight).ravel())
            weight.assign(shuffled.reshape(weight.shape))
        yield path, copy


def _copy(model: "keras.Model") -> "keras.Model":
    import keras

    state = random.getstate()  # Keras draws the seeds of new layers from it
    try:
        copy = keras.models.clone_model(model)
    finally:
        random.setstate(state)
    copy.set_weights(model.get_weights())
    return copy
