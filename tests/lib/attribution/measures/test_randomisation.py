"""Randomised copies of models: shuffled from the top, reproducible, the original untouched."""

import random
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from lib.attribution import attribute
from lib.attribution.measures import cascade, randomised, rank_agreement
from tests.lib.attribution import toys


def nested() -> Any:
    backbone = keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", name="first"),
            layers.BatchNormalization(name="norm"),
        ],
        name="backbone",
    )
    model = keras.Sequential(
        [backbone, layers.GlobalAveragePooling2D(), layers.Dense(3, activation="softmax")]
    )
    model(toys.images(1, (8, 8, 2)))
    return toys.randomise(model, 3)


@pytest.mark.parametrize("build", [toys.convolutional, nested])
def test_every_array_is_shuffled_among_itself(build: Any) -> None:
    model = build()
    weights = model.get_weights()
    shuffled = randomised(model, seed=0).get_weights()
    for old, new in zip(weights, shuffled, strict=True):
        np.testing.assert_array_equal(np.sort(old, axis=None), np.sort(new, axis=None))
        if old.size > 3:
            assert (old != new).any()


def test_model_and_generators_are_left_as_they_were() -> None:
    model = nested()
    weights, state = model.get_weights(), random.getstate()
    randomised(model, seed=0)
    assert random.getstate() == state
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_equal_seeds_give_equal_copies() -> None:
    model = toys.convolutional()
    first, again, other = (randomised(model, seed).get_weights() for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


def test_a_cascade_shuffles_from_the_last_layer_to_the_first() -> None:
    model = toys.convolutional()
    changed = []
    for path, copy in cascade(model, seed=0):
        pairs = zip(model.layers, copy.layers, strict=True)
        different = [
            old.name
            for old, new in pairs
            if old.weights and (np.asarray(old.kernel) != np.asarray(new.kernel)).any()
        ]
        changed.append((path.split("/")[-1], different))
    assert changed == [
        ("out", ["out"]),
        ("second", ["second", "out"]),
        ("first", ["first", "second", "out"]),
    ]


def test_a_map_of_the_weights_changes_with_them() -> None:
    model, images = toys.convolutional(), toys.images(10, (8, 8, 2))

    def explain(each: Any) -> Any:
        return attribute(each, images, np.arange(10) % 3, "integrated_gradients")

    original = explain(model)
    agreement = rank_agreement(original, explain(randomised(model, seed=4)))
    assert np.median(agreement) < 0.8
    np.testing.assert_allclose(rank_agreement(original, explain(model)), 1)


def test_a_model_without_weights_is_refused() -> None:
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten()])
    with pytest.raises(ValueError, match="with weights"):
        randomised(model, seed=0)
