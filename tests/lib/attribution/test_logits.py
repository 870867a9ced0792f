"""Attribution is measured at the logits, whatever stands behind them."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from lib.attribution import Network, attribute
from tests.lib.attribution import toys

TARGETS = np.array([0, 1, 2])


def with_head(head: list[Any]) -> Any:
    """A linear model of three logits that ends in what is given."""
    body = toys.linear(activation=None)
    return keras.Sequential([keras.Input(toys.SIZE), *body.layers, *head])


def by_ops(function: Any) -> Any:
    body = toys.linear(activation=None)
    return keras.Model(body.inputs, function(body.outputs[0]))


HEADS = {
    "logits": lambda: toys.linear(None),
    "Dense with softmax": lambda: toys.linear("softmax"),
    "Dense with sigmoid": lambda: toys.linear("sigmoid"),
    "Dense with log-softmax": lambda: toys.linear("log_softmax"),
    "Activation": lambda: with_head([layers.Activation("softmax")]),
    "Softmax": lambda: with_head([layers.Softmax()]),
    "keras.ops.softmax": lambda: by_ops(ops.softmax),
    "keras.ops.sigmoid": lambda: by_ops(ops.sigmoid),
    "softmax, then other layers": lambda: with_head(
        [
            layers.Reshape((1, 3)),
            layers.Softmax(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Activation("linear", dtype="float32"),
        ]
    ),
}


@pytest.mark.parametrize("head", HEADS)
def test_gradient_times_input_of_a_linear_model_is_w_x(head: str) -> None:
    images = toys.images()
    maps = attribute(HEADS[head](), images, TARGETS, "integrated_gradients", steps=3)
    weights = toys.linear().layers[-1].get_weights()[0]  # (pixels, classes)
    expected = (weights.T.reshape(3, *toys.SIZE)[TARGETS] * images).sum(axis=3)
    np.testing.assert_allclose(maps, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("head", HEADS)
def test_logits_are_w_x_plus_b(head: str) -> None:
    images = toys.images()
    weights, bias = toys.linear().layers[-1].get_weights()
    expected = images.reshape(3, -1) @ weights + bias
    np.testing.assert_allclose(Network(HEADS[head](), images).logits(images), expected, atol=1e-4)


def test_a_saturated_softmax_hides_nothing() -> None:
    model, images = toys.linear("softmax", scale=1e3), toys.images()
    probabilities = np.asarray(model(images))
    assert set(np.unique(probabilities)) == {0.0, 1.0}  # its own gradient is zero
    maps = attribute(model, images, TARGETS, "integrated_gradients", steps=3)
    assert (np.abs(maps) > 0).all()


def test_probabilities_are_the_models_output() -> None:
    images = toys.images()
    for activation in ("softmax", "sigmoid"):
        model = toys.linear(activation)
        found = Network(model, images).probabilities(images)
        np.testing.assert_allclose(found, np.asarray(model(images)), atol=1e-6)


def test_a_sigmoid_of_one_class_is_taken_off_too() -> None:
    model, images = toys.linear("sigmoid", classes=1, scale=1e3), toys.images()
    maps = attribute(model, images, [0, 0, 0], "integrated_gradients", steps=3)
    assert (np.abs(maps) > 0).all()


@pytest.mark.parametrize("method", ["integrated_gradients", "grad_cam"])
def test_mixed_precision_gives_nearly_the_same_map(method: Any) -> None:
    plain = toys.convolutional()
    with_policy = keras.Sequential.from_config(plain.get_config())
    for layer in with_policy.layers:
        layer.dtype_policy = "mixed_bfloat16"
    with_policy.set_weights(plain.get_weights())
    images = toys.images(3, (8, 8, 2))
    assert with_policy(images).dtype == "bfloat16"
    exact, rough = (attribute(m, images, [0, 0, 0], method) for m in (plain, with_policy))
    assert rough.dtype == np.float32
    assert np.abs(rough - exact).max() < 0.05 * np.abs(exact).max()


@keras.saving.register_keras_serializable(package="tests")
class OwnSoftmax(keras.layers.Layer):
    """A softmax that no one can tell from another layer."""

    def call(self, values: Any) -> Any:
        return ops.exp(values) / ops.sum(ops.exp(values), axis=-1, keepdims=True)


def test_probabilities_of_an_unknown_origin_are_refused() -> None:
    model = with_head([OwnSoftmax(name="mine")])
    with pytest.raises(ValueError, match=r"logits are accessible.*'mine' gives probabilities"):
        attribute(model, toys.images(), TARGETS, "integrated_gradients")


def test_a_softmax_inside_a_convolution_is_refused() -> None:
    model = keras.Sequential(
        [keras.Input(toys.SIZE), layers.Conv2D(3, 4, activation="softmax"), layers.Flatten()]
    )
    with pytest.raises(ValueError, match=r"'conv2d.*', a Conv2D layer"):
        attribute(model, toys.images(), TARGETS, "integrated_gradients")
