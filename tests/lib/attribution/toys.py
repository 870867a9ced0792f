"""Networks so small that their attributions can be worked out by hand."""

from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

SIZE = (4, 4, 2)


def images(n: int = 3, size: tuple[int, ...] = SIZE, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, *size)).astype(np.float32)


def linear(activation: str | None = "softmax", classes: int = 3, scale: float = 1.0) -> Any:
    """Logits w x + b."""
    model = keras.Sequential(
        [
            keras.Input(SIZE),
            layers.Flatten(),
            layers.Dense(classes, activation=activation, name="out"),
        ]
    )
    weights = np.random.default_rng(1).normal(size=model.layers[-1].kernel.shape) * scale
    model.layers[-1].set_weights([weights, np.arange(classes) / 7])
    return model


def convolutional(seed: int = 2, *, last: str | None = "softmax", pool: str = "average") -> Any:
    """Two convolutions that keep the size, ReLU between them, and a dense layer behind pooling."""
    model = keras.Sequential(
        [
            keras.Input((None, None, 2)),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="first"),
            layers.Conv2D(5, 3, padding="same", activation="relu", name="second"),
            layers.GlobalAveragePooling2D() if pool == "average" else layers.GlobalMaxPooling2D(),
            layers.Dense(3, activation=last, name="out"),
        ]
    )
    return randomise(model, seed)


def randomise(model: Any, seed: int) -> Any:
    """Give a model weights that depend on a seed of their own alone.

    All but those of the first layer are positive, so that something speaks for every class and no
    map is made of zeros.
    """
    generator = np.random.default_rng(seed)
    values = [generator.normal(scale=0.5, size=weight.shape) for weight in model.weights]
    model.set_weights([values[0], *map(np.abs, values[1:])])
    return model
