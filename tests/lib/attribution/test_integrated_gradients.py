"""Integrated gradients by closed forms, by completeness, and in both directions."""

import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from lib.attribution import Network, attribute
from lib.attribution.integrated_gradients import average_gradient
from tests.lib.attribution import toys


def sum_of(function: Callable[[Any], Any]) -> Any:
    """One logit: the sum over pixels of a function of each."""
    image = keras.Input((2, 3, 1))
    return keras.Model(image, ops.reshape(ops.sum(function(image), axis=(1, 2, 3)), (-1, 1)))


@pytest.mark.parametrize("baseline", [0.0, -0.5])
def test_a_sum_over_pixels_gives_each_its_own_change(baseline: float) -> None:
    images = toys.images(2, (2, 3, 1))
    maps = attribute(
        sum_of(lambda x: x**3 - 2 * x),
        images,
        [0, 0],
        "integrated_gradients",
        baseline=baseline,
    )
    expected = (images**3 - 2 * images) - (baseline**3 - 2 * baseline)
    np.testing.assert_allclose(maps, expected[..., 0], rtol=1e-4, atol=1e-5)


def test_a_product_is_shared_equally() -> None:
    image = keras.Input((1, 2, 1))
    product = ops.reshape(image[:, 0, 0, 0] * image[:, 0, 1, 0], (-1, 1))
    images = np.array([3.0, 5.0], np.float32).reshape(1, 1, 2, 1)
    maps = attribute(keras.Model(image, product), images, [0], "integrated_gradients")
    np.testing.assert_allclose(maps, [[[7.5, 7.5]]], rtol=1e-5)


@pytest.mark.parametrize("kink", [0.003, 0.1, 0.5, 0.97])
def test_a_kink_is_found_wherever_it_is(kink: float) -> None:
    """relu((x - kink) / (1 - kink)) rises from 0 to 1, however late on the path."""
    model = sum_of(lambda x: ops.relu((x - kink) / (1 - kink)))
    images = np.ones((1, 2, 3, 1), np.float32)
    maps = attribute(model, images, [0], "integrated_gradients")
    np.testing.assert_allclose(maps, 1, rtol=0.01)


def test_points_gather_on_the_small_part_of_the_path_where_the_logit_changes() -> None:
    """All of the change lies on a hundredth of the path, next to the baseline."""
    model = sum_of(lambda x: ops.tanh(500 * x))
    images = np.ones((1, 2, 3, 1), np.float32)
    maps = attribute(model, images, [0], "integrated_gradients")
    np.testing.assert_allclose(maps, 1, rtol=1e-3)


def test_pixels_like_the_baseline_receive_nothing() -> None:
    images = np.abs(toys.images(1, (8, 8, 2)))
    images[:, :4] = 0
    maps = attribute(toys.convolutional(), images, [1], "integrated_gradients")
    assert not maps[:, :4].any()
    assert (maps[:, 5:] != 0).all()


@pytest.mark.parametrize("shape", [(), (2,), (4, 4, 2), (3, 4, 4, 2)])
def test_a_baseline_may_be_a_number_a_colour_an_image_or_one_an_image(shape: Any) -> None:
    model, images = toys.linear(), toys.images()
    baseline = np.random.default_rng(5).normal(size=shape)
    maps = attribute(model, images, [0, 1, 2], "integrated_gradients", baseline=baseline)
    kernel = model.layers[-1].get_weights()[0].T.reshape(3, 4, 4, 2)
    expected = (kernel * (images - baseline)).sum(axis=3)
    np.testing.assert_allclose(maps, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("pool", ["average", "max"])
def test_maps_sum_to_the_difference_of_the_logits(pool: str) -> None:
    model, images = toys.convolutional(pool=pool), toys.images(6, (8, 8, 2))
    targets = np.array([0, 1, 2, 0, 1, 2])
    maps = attribute(model, images, targets, "integrated_gradients")
    network = Network(model, images)
    explained = network.logits(images) - network.logits(np.zeros_like(images))
    expected = explained[np.arange(6), targets]
    assert (np.abs(maps.sum(axis=(1, 2)) - expected) < 0.01 * np.abs(expected)).all()


def test_a_map_changes_its_sign_when_image_and_baseline_are_swapped() -> None:
    model, images = toys.convolutional(), toys.images(3, (8, 8, 2))
    zeros = np.zeros_like(images)
    # Rounding may decide which of two panels is halved, so both are only as exact as the rule.
    there = attribute(model, images, [0, 1, 2], "integrated_gradients", baseline=zeros)
    back = attribute(model, zeros, [0, 1, 2], "integrated_gradients", baseline=images)
    np.testing.assert_allclose(back, -there, atol=0.01 * np.abs(there).max())


@pytest.mark.parametrize("steps", [3, 4, 17, 64])
def test_the_rule_is_exact_for_cubic_gradients(steps: int) -> None:
    images = toys.images(1, (2, 3, 1))
    network = Network(sum_of(lambda x: x**4 + 3 * x**2 + x), images)
    average = average_gradient(network, images[0], np.zeros_like(images[0]), 0, steps)
    expected = images[0] ** 3 + 3 * images[0] + 1
    np.testing.assert_allclose(average, expected, rtol=1e-4, atol=1e-5)


def test_no_more_gradients_are_taken_than_steps_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = []
    original = Network.gradients

    def counted(self: Network, images: Any, targets: Any) -> Any:
        taken.append(len(images))
        return original(self, images, targets)

    monkeypatch.setattr(Network, "gradients", counted)
    attribute(toys.convolutional(), toys.images(2), [0, 1], "integrated_gradients", steps=128)
    assert sum(taken) == 2 * 127  # both ends, and every panel's middle
    assert max(taken) <= 16  # images in one pass


def test_maps_of_a_linear_model_are_those_of_shap() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shap = pytest.importorskip("shap")
    model, images = toys.linear(None), toys.images()
    baseline = toys.images(1, seed=9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls the model with a list of its one input
        explainer = shap.GradientExplainer(model, baseline)
        expected = np.asarray(explainer.shap_values(images, nsamples=5))  # (n, h, w, c, classes)
    for target in range(3):
        maps = attribute(
            model, images, np.full(3, target), "integrated_gradients", baseline=baseline
        )
        np.testing.assert_allclose(maps, expected[..., target].sum(axis=3), rtol=1e-4, atol=1e-5)


def test_layers_with_dropout_are_run_as_in_inference() -> None:
    plain = toys.linear(None)
    model = keras.Sequential([keras.Input(toys.SIZE), layers.Dropout(0.9), *plain.layers])
    found, expected = (
        attribute(each, toys.images(), [0, 1, 2], "integrated_gradients") for each in (model, plain)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5)
