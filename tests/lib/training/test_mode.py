"""Eager trainings: set for a block, and the same numbers as traced ones up to rounding."""

import functools

import numpy as np

from lib import training
from lib.models import classifier
from lib.training.mode import Mode, computing

RNG = np.random.default_rng(3)
IMAGES, LABELS = RNG.random((40, 12, 12, 1)).astype("f4"), RNG.integers(0, 3, 40)


def trained(mode: Mode) -> tuple[training.Fit, list[bool]]:
    """Train a network of a few weights in a mode; whether its layers saw values, call by call."""
    import keras
    import tensorflow as tf

    eager = []

    class Watch(keras.layers.Layer):
        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            eager.append(tf.executing_eagerly())
            return inputs

    with computing(mode):
        training.set_seed(5)
        model = keras.Sequential([keras.Input((12, 12, 1)), Watch()])
        model.add(keras.layers.Conv2D(2, 3, activation="relu"))
        model.add(keras.layers.Flatten())
        model.add(keras.layers.Dense(3, activation="softmax"))
        classifier.compile_classifier(model, learning_rate=1e-2)
        eager.clear()  # Keras has traced the layers to know their shapes
        fitted = training.fit(model, IMAGES, LABELS, epochs=2, batch_size=20, seed=5)
    return fitted, eager


@functools.cache
def trained_once(mode: Mode) -> tuple[training.Fit, list[bool]]:
    return trained(mode)


def test_a_training_is_eager_in_its_block_alone() -> None:
    assert set(trained_once(Mode(eager=True))[1]) == {True}
    assert set(trained_once(Mode())[1]) == {False}


def test_an_eager_training_learns_what_a_traced_one_learns() -> None:
    eager, traced = (trained_once(Mode(eager=eager))[0].curves for eager in (True, False))
    assert eager.keys() == traced.keys()
    for name, curve in traced.items():
        np.testing.assert_allclose(eager[name], curve, rtol=1e-4)


def test_the_same_seed_gives_equal_bits_eagerly_too() -> None:
    first = trained_once(Mode(eager=True))[0]
    assert trained(Mode(eager=True))[0].curves == first.curves
