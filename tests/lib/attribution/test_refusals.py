"""What `attribute` refuses, in one sentence that says what was expected."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from lib.attribution import ZeroMapWarning, attribute, is_zero, scaled_for_display
from tests.lib.attribution import toys

TARGETS = np.array([0, 1, 2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "gradcam"}, "one of grad_cam, .*method='gradcam'. Did you mean 'grad_cam'"),
        ({"images": np.zeros((3, 4, 4, 2), np.uint8)}, "floats.*images.dtype=dtype.'uint8'"),
        ({"images": toys.images()[0]}, r"\(n, height, width, channels\).*\(4, 4, 2\)"),
        ({"images": toys.images(3, (5, 4, 2))}, r"\(None, 4, 4, 2\).*\(3, 5, 4, 2\)"),
        ({"images": toys.images() * np.nan}, "finite images"),
        ({"images": toys.images()[:0]}, r"Received: images.shape=\(0, "),
        ({"targets": [0, 1]}, "3 integers"),
        ({"targets": [0.0, 1.0, 2.0]}, "float64"),
        ({"targets": [0, 1, 3]}, r"targets in 0 … 2. Received: 0 … 3"),
        ({"targets": [-1, 1, 2]}, "Received: -1 … 2"),
        ({"steps": 2}, "steps >= 3"),
        ({"baseline": np.zeros((4, 5, 2))}, r"broadcasts.*values.shape=\(4, 5, 2\)"),
        ({"batch_size": 0}, "batch_size >= 1"),
        ({"image_range": (0, 1)}, r"images in the network's range, 0 … 1. Received: images from -"),
        (
            {"image_range": (-9, 9), "baseline": 255.0},
            "baseline in the network's range, -9 … 9. Received: baseline from 255 to 255",
        ),
        (
            {"method": "shapley", "regions": np.arange(16).reshape(4, 4)},
            "at most 12 players.*permutations=",
        ),
        ({"method": "shapley", "regions": np.zeros((4, 3), int)}, r"\(4, 4\).*\(4, 3\)"),
        ({"method": "shapley", "regions": np.zeros((4, 4))}, "float64"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(arguments: Any, message: str) -> None:
    given = {"images": toys.images(), "targets": TARGETS, "method": "integrated_gradients"}
    with pytest.raises(ValueError, match=message):
        attribute(toys.linear(), **(given | arguments))


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        ("integrated_gradients", {"step": 5}, "baseline, steps. Received: 'step'. Did you mean 's"),
        ("grad_cam", {"steps": 5}, "options of grad_cam: layer. Received: 'steps'"),
        ("shapley", {}, "regions for method shapley"),
    ],
)
def test_an_option_of_no_method_is_refused(method: Any, options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        attribute(toys.linear(), toys.images(), TARGETS, method, **options)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("secnd", "layer='secnd'. The most similar names: second"),
        ("???", "There is no similar name"),
        ("out", r"height, width and channels.*layer='out' with output shape \(1, 3\)"),
    ],
)
def test_an_unknown_or_unfit_layer_is_refused(layer: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attribute(toys.convolutional(), toys.images(), TARGETS, "grad_cam", layer=layer)


def test_a_layer_that_is_called_twice_is_refused() -> None:
    image = keras.Input(toys.SIZE)
    shared = layers.Conv2D(2, 3, padding="same", name="shared")
    model = keras.Model(image, layers.Dense(3)(layers.Flatten()(shared(shared(image)))))
    with pytest.raises(ValueError, match=r"calls once.*called as shared, shared"):
        attribute(model, toys.images(), TARGETS, "grad_cam")


def test_equal_names_in_two_models_are_told_apart_by_paths() -> None:
    halves = [
        keras.Sequential([keras.Input(toys.SIZE), layers.Conv2D(2, 1, name="conv")], name=name)
        for name in ("lower", "upper")
    ]
    model = keras.Sequential(
        [keras.Input(toys.SIZE), *halves, layers.GlobalAveragePooling2D(), layers.Dense(3)]
    )
    model = toys.randomise(model, 5)
    images = toys.images()
    with pytest.raises(ValueError, match="called as lower/conv, upper/conv"):
        attribute(model, images, TARGETS, "grad_cam", layer="conv")
    lower, upper = (
        attribute(model, images, TARGETS, "grad_cam", layer=f"{name}/conv")
        for name in ("lower", "upper")
    )
    assert (lower != upper).any()


def test_grad_cam_of_a_model_without_convolution_is_refused() -> None:
    with pytest.raises(ValueError, match=r"needs a convolution.*Received: 0 convolutions"):
        attribute(toys.linear(), toys.images(), TARGETS, "grad_cam")


def test_a_convolution_that_stands_for_a_dense_layer_is_not_the_last_one() -> None:
    model = keras.Sequential(
        [
            keras.Input(toys.SIZE),
            layers.Conv2D(3, 3, activation="relu", name="features"),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Conv2D(3, 1, name="classes"),
            layers.Flatten(),
        ]
    )
    model = toys.randomise(model, 4)
    images = toys.images()
    np.testing.assert_array_equal(
        attribute(model, images, TARGETS, "grad_cam"),
        attribute(model, images, TARGETS, "grad_cam", layer="features"),
    )


def test_a_model_without_weights_yet_is_refused() -> None:
    model = keras.Sequential([layers.Flatten(), layers.Dense(3)])
    with pytest.raises(ValueError, match="a built model"):
        attribute(model, toys.images(), TARGETS, "integrated_gradients")


def test_models_of_two_inputs_or_outputs_are_refused() -> None:
    one, two = keras.Input(toys.SIZE), keras.Input(toys.SIZE)
    summed = layers.Dense(3)(layers.Flatten()(layers.Add()([one, two])))
    with pytest.raises(ValueError, match="Received: 2 inputs"):
        attribute(keras.Model([one, two], summed), toys.images(), TARGETS, "grad_cam")
    flat = layers.Flatten()(one)
    model = keras.Model(one, [layers.Dense(3)(flat), layers.Dense(3)(flat)])
    with pytest.raises(ValueError, match="Received: 2 outputs"):
        attribute(model, toys.images(), TARGETS, "grad_cam")


def test_a_map_of_feature_maps_is_no_classification() -> None:
    model = keras.Sequential([keras.Input(toys.SIZE), layers.Conv2D(3, 1)])
    with pytest.raises(ValueError, match=r"\(n, classes\)"):
        attribute(model, toys.images(), TARGETS, "grad_cam")


def test_a_map_of_zeros_is_said_to_be_one_and_stays_so() -> None:
    model = toys.convolutional()
    weights = model.get_weights()
    weights[4] = -np.abs(weights[4])  # nothing speaks for any class
    model.set_weights(weights)
    with pytest.warns(ZeroMapWarning, match="zero everywhere for 3 of 3 images: numbers 0, 1, 2"):
        maps = attribute(model, toys.images(), TARGETS, "grad_cam")
    assert is_zero(maps).all()
    assert not scaled_for_display(maps).any()
    assert np.isfinite(scaled_for_display(maps)).all()
