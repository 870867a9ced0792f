"""Grad-CAM by hand, beside tf-keras-vis, and under permutation and shift."""

import warnings
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from scipy.ndimage import zoom

from lib.attribution import Network, attribute
from lib.attribution.grad_cam import class_activation_maps, enlarged
from tests.lib.attribution import toys

TARGETS = np.array([0, 1, 2])


def two_maps() -> Any:
    """Feature maps x and -x + 2, logits [3 mean_1 - mean_2, mean_2]."""
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            layers.Conv2D(2, 1, name="maps"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, use_bias=False, activation="softmax"),
        ]
    )
    model.set_weights(
        [np.array([[[[1.0, -1.0]]]]), np.array([0.0, 2.0]), np.array([[3.0, 0.0], [-1.0, 1.0]])]
    )
    return model


def test_feature_maps_are_weighed_by_their_average_gradient() -> None:
    image = np.array([[[-1.0, 0.0], [1.0, 2.0]]])[..., None].astype(np.float32)
    maps = attribute(two_maps(), np.repeat(image, 2, axis=0), [0, 1], "grad_cam")
    # Class 0: alpha = (3, -1) / 4, so (3 x - (2 - x)) / 4 = x - 1 / 2; class 1: (2 - x) / 4.
    np.testing.assert_allclose(maps[0], [[0.0, 0.0], [0.5, 1.5]], atol=1e-6)
    np.testing.assert_allclose(maps[1], [[0.75, 0.5], [0.25, 0.0]], atol=1e-6)


def test_maps_are_enlarged_between_the_centres_of_pixels() -> None:
    found = enlarged(np.array([[[0.0, 4.0], [8.0, 12.0]]]), (4, 4))[0]
    np.testing.assert_allclose(found[0], [0, 1, 3, 4])
    np.testing.assert_allclose(found[:, 0], [0, 2, 6, 8])
    assert found.shape == (4, 4)


@pytest.mark.parametrize("size", [(7, 7), (14, 9), (224, 224)])
def test_enlarging_is_that_of_scipy(size: tuple[int, int]) -> None:
    maps = np.random.default_rng(0).random((2, 7, 7))
    factors = (1, size[0] / 7, size[1] / 7)
    expected = zoom(maps, factors, order=1, grid_mode=True, mode="nearest")
    np.testing.assert_allclose(enlarged(maps, size), expected, atol=1e-6)


@pytest.mark.parametrize("layer", [None, "first"])
def test_maps_are_those_of_tf_keras_vis(layer: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports of modules that SciPy has renamed
        gradcam = pytest.importorskip("tf_keras_vis.gradcam")
        scores = pytest.importorskip("tf_keras_vis.utils.scores")
    model, images = toys.convolutional(last=None), toys.images(3, (9, 7, 2))
    expected = gradcam.Gradcam(model, clone=True)(
        scores.CategoricalScore(list(TARGETS)),
        images,
        penultimate_layer=layer or "second",
        expand_cam=False,
        normalize_cam=False,
    )
    found = attribute(toys.convolutional(), images, TARGETS, "grad_cam", layer=layer)
    assert found.max() > 0
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_a_coarse_layer_gives_a_coarse_map() -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    model, images = toys.randomise(model, 3), toys.images(3, (8, 8, 2))
    coarse = class_activation_maps(Network(model, images), images, TARGETS)
    assert coarse.shape == (3, 4, 4)
    found = attribute(model, images, TARGETS, "grad_cam")
    np.testing.assert_array_equal(found, enlarged(coarse, (8, 8)))


def test_maps_move_with_what_is_in_the_image() -> None:
    images = np.zeros((1, 16, 16, 2), np.float32)
    images[:, 4:8, 4:8] = toys.images(1, (4, 4, 2))
    moved = np.roll(images, (3, 2), axis=(1, 2))
    for method in ("grad_cam", "integrated_gradients"):
        here, there = (
            attribute(toys.convolutional(), each, [0], method) for each in (images, moved)
        )
        inner = np.s_[:, 6:14, 6:14]  # the padding is seen at the borders, of both
        expected = np.roll(here, (3, 2), axis=(1, 2))[inner]
        np.testing.assert_allclose(there[inner], expected, atol=0.01 * expected.max())
        assert expected.max() > 0


def test_maps_follow_the_classes_when_they_change_places() -> None:
    model, order = toys.convolutional(), [2, 0, 1]
    *body, kernel, bias = model.get_weights()
    permuted = toys.convolutional()
    permuted.set_weights([*body, kernel[:, order], bias[order]])
    images = toys.images(3, (8, 8, 2))
    for method in ("grad_cam", "integrated_gradients"):
        expected = attribute(model, images, np.array(order), method)
        found = attribute(permuted, images, [0, 1, 2], method)
        np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("method", "options"), [("grad_cam", {}), ("integrated_gradients", {"steps": 33})]
)
def test_the_size_of_batches_changes_nothing(method: Any, options: Any) -> None:
    model, images = toys.convolutional(), toys.images(5, (8, 8, 2))
    expected, *others = (
        attribute(model, images, [0, 1, 2, 0, 1], method, batch_size=size, **options)
        for size in (16, 1, 2, 5)
    )
    for size, found in zip((1, 2, 5), others, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=f"by {size}")
