"""Every way to build a model gives the same maps, and no model is changed."""

import functools
import random
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from lib.attribution import attribute, grid
from lib.training.mode import Mode, computing
from tests.lib.attribution import toys

SIZE = (8, 8, 2)
TARGETS = np.array([0, 1, 2])
OPTIONS: dict[Any, Any] = {
    "grad_cam": {},
    "integrated_gradients": {"steps": 8},
    "shapley": {"regions": grid((8, 8), 2, 2)},
}


def backbone() -> Any:
    image = keras.Input(SIZE)
    features = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(image)
    features = layers.BatchNormalization(name="norm")(features)
    features = layers.Conv2D(5, 3, padding="same", activation="relu", name="second")(features)
    return keras.Model(image, features, name="backbone")


def head() -> list[Any]:
    return [
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.9),
        layers.Dense(3, activation="softmax"),
    ]


def flat() -> Any:
    inner = backbone()
    features = inner.outputs[0]
    for layer in head():
        features = layer(features)
    return keras.Model(inner.inputs, features)


def nested_functional() -> Any:
    image = keras.Input(SIZE)
    features = backbone()(image)
    for layer in head():
        features = layer(features)
    return keras.Model(image, features)


def nested_twice() -> Any:
    middle = keras.Sequential([keras.Input(SIZE), backbone()], name="middle")
    return keras.Sequential([keras.Input(SIZE), middle, *head()])


def without_input() -> Any:
    model = keras.Sequential([backbone(), *head()])
    model(toys.images(1, SIZE))
    return model


def all_without_input() -> Any:
    inner = keras.Sequential(backbone().layers[1:], name="backbone")
    model = keras.Sequential([inner, *head()])
    model(toys.images(1, SIZE))
    return model


def shaped_late() -> Any:
    """A list of outputs, and layers before the backbone that change nothing in inference."""
    image = keras.Input(SIZE)
    features = layers.GaussianNoise(1.0)(image)
    features = backbone()(layers.RandomFlip()(features))
    for layer in head():
        features = layer(features)
    return keras.Model([image], [features])


@functools.cache
def reference() -> Any:
    """The network that is not nested in any way."""
    return toys.randomise(flat(), 3)


@functools.cache
def expected(method: Any, layer: str | None = None) -> Any:
    """Its maps."""
    options = OPTIONS[method] if layer is None else {"layer": layer}
    return attribute(reference(), toys.images(3, SIZE), TARGETS, method, **options)


BUILDS = [nested_functional, nested_twice, without_input, all_without_input, shaped_late]


@pytest.mark.parametrize("method", OPTIONS)
@pytest.mark.parametrize("build", BUILDS)
def test_nesting_changes_no_map(build: Any, method: Any) -> None:
    model = build()
    seeds = [weight for weight in model.weights if "seed" in weight.path]
    assert not seeds  # states of random layers are no weights
    model.set_weights(reference().get_weights())
    maps = expected(method)
    found = attribute(model, toys.images(3, SIZE), TARGETS, method, **OPTIONS[method])
    np.testing.assert_allclose(found, maps, atol=1e-5 * np.abs(maps).max())


@pytest.mark.parametrize("name", ["first", "backbone/first"])
@pytest.mark.parametrize("build", [nested_functional, without_input])
def test_a_layer_inside_a_backbone_can_be_chosen(build: Any, name: str) -> None:
    model = build()
    model.set_weights(reference().get_weights())
    found = attribute(model, toys.images(3, SIZE), TARGETS, "grad_cam", layer=name)
    np.testing.assert_allclose(found, expected("grad_cam", "first"), atol=1e-6)
    assert not np.allclose(found, expected("grad_cam"), atol=1e-4)  # the last convolution's


def test_a_backbone_stands_for_its_output() -> None:
    model, images = toys.randomise(nested_functional(), 3), toys.images(3, SIZE)
    np.testing.assert_array_equal(
        attribute(model, images, TARGETS, "grad_cam", layer="backbone"),
        attribute(model, images, TARGETS, "grad_cam", layer="backbone/second"),
    )


def branched(kernel_1: float, kernel_2: float, skip: float) -> Any:
    """Logit: mean of (kernel_1 + kernel_2) A + skip x, with A = 2 x from the target layer."""
    image = keras.Input((4, 4, 1))
    features = layers.Conv2D(1, 1, use_bias=False, name="target")(image)
    branches = [layers.Conv2D(1, 1, use_bias=False, name=f"branch_{i}")(features) for i in (1, 2)]
    branches.append(layers.Conv2D(1, 1, use_bias=False, name="skip")(image))
    pooled = layers.GlobalAveragePooling2D()(layers.Add()(branches))
    model = keras.Model(image, layers.Dense(1, use_bias=False)(pooled))
    for name, value in zip(
        ("target", "branch_1", "branch_2", "skip"), (2.0, kernel_1, kernel_2, skip), strict=True
    ):
        model.get_layer(name).set_weights([np.full((1, 1, 1, 1), value)])
    model.layers[-1].set_weights([np.ones((1, 1))])
    return model


def test_gradients_flow_through_all_branches_behind_a_layer_and_around_it() -> None:
    model = branched(3.0, 5.0, -7.0)
    images = np.abs(toys.images(2, (4, 4, 1)))
    maps = attribute(model, images, [0, 0], "grad_cam", layer="target")
    # alpha = (3 + 5) / 16 pixels, A = 2 x; the way around the layer is none of its own.
    np.testing.assert_allclose(maps, 8 / 16 * 2 * images[..., 0], rtol=1e-5)
    whole = attribute(model, images, [0, 0], "integrated_gradients", steps=3)
    np.testing.assert_allclose(whole, (8 * 2 - 7) / 16 * images[..., 0], rtol=1e-5)


class OwnModel(keras.Model):
    """A model with a `call` of its own, of which only the output is known."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def call(self, images: Any, training: bool = False) -> Any:
        return self.inner(images, training=training)


def test_a_model_with_its_own_call_is_explained_by_its_logits() -> None:
    inner, images = toys.linear(None), toys.images()
    model = OwnModel(inner)
    model(images)
    for method in ("integrated_gradients", "shapley"):
        options: Any = {"shapley": {"regions": grid((4, 4), 2, 2)}}.get(method, {})
        expected, found = (
            attribute(each, images, TARGETS, method, **options) for each in (inner, model)
        )
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    with pytest.raises(ValueError, match="convolution"):
        attribute(model, images, TARGETS, "grad_cam")


@functools.cache
def fitted() -> Any:
    """A network that was trained, with an optimizer's state and a frozen layer."""
    model = toys.randomise(nested_functional(), 3)
    model.compile("adam", "sparse_categorical_crossentropy")
    with computing(Mode(eager=True)):  # tracing a single step takes longer
        model.fit(toys.images(3, SIZE), TARGETS, verbose=0)
    model.get_layer("backbone").get_layer("first").trainable = False
    return model


@pytest.mark.parametrize("method", OPTIONS)
def test_the_model_and_the_generators_are_left_as_they_were(method: Any) -> None:
    model = fitted()

    def state() -> Any:
        inner = [*model.layers, *model.get_layer("backbone").layers]
        return {
            "config": model.get_config(),
            "weights": [w.tobytes() for w in model.get_weights()],
            "optimizer": [np.asarray(v).tobytes() for v in model.optimizer.variables],
            "activations": [getattr(layer, "activation", None) for layer in inner],
            "trainable": [layer.trainable for layer in inner],
            "nodes": [(len(x._inbound_nodes), len(x._outbound_nodes)) for x in inner],
            "compiled": (model.compiled, model.optimizer, model.predict_function),
            "random": random.getstate(),
            "numpy": np.random.get_state(legacy=False)["state"]["key"].tobytes(),  # noqa: NPY002
            "output": model.predict(toys.images(3, SIZE), verbose=0).tobytes(),
        }

    state()  # compiles predict
    before = state()
    attribute(model, toys.images(3, SIZE), TARGETS, method, **OPTIONS[method])
    assert state() == before
