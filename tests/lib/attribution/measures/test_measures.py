"""Measures of maps, by hand and by what they must not depend on."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import spearmanr

from lib.attribution import attribute
from lib.attribution.measures import (
    completeness,
    edge_maps,
    perturbation_curves,
    random_maps,
    rank_agreement,
)
from tests.lib.attribution import toys

TARGETS = np.array([0, 1, 2])


def brightness() -> Any:
    """Probability of class 1: sigmoid of the sum of four pixels."""
    model = keras.Sequential(
        [keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    model.set_weights([np.array([[0.0, 1.0]] * 4), np.zeros(2)])
    return model


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(x, float)))


IMAGE = np.array([[4.0, 2.0], [1.0, 0.0]], np.float32)[None, ..., None]


def test_curves_follow_the_order_of_the_map() -> None:
    curves = perturbation_curves(brightness(), IMAGE, [1], IMAGE[..., 0], steps=4)
    np.testing.assert_allclose(curves.share, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(curves.deletion, [sigmoid([7, 3, 1, 0, 0])], rtol=1e-5)
    np.testing.assert_allclose(curves.insertion, [sigmoid([0, 4, 6, 7, 7])], rtol=1e-5)


def test_areas_are_those_of_trapezoids() -> None:
    curves = perturbation_curves(brightness(), IMAGE, [1], IMAGE[..., 0], steps=4)
    falling, rising = sigmoid([7, 3, 1, 0, 0]), sigmoid([0, 4, 6, 7, 7])
    deletion = (falling[0] / 2 + falling[1:4].sum() + falling[4] / 2) / 4
    insertion = (rising[0] / 2 + rising[1:4].sum() + rising[4] / 2) / 4
    assert curves.deletion_auc == pytest.approx([deletion], rel=1e-5)
    assert curves.insertion_auc == pytest.approx([insertion], rel=1e-5)
    assert curves.symmetric_difference == pytest.approx([insertion - deletion], rel=1e-4)


def test_the_symmetric_difference_is_least_important_first_minus_most_important_first() -> None:
    model, images = toys.convolutional(), toys.images(4, (8, 8, 2))
    maps = random_maps(images, seed=1)
    curves = perturbation_curves(model, images, [0, 1, 2, 0], maps, steps=16)
    reversed_ = perturbation_curves(model, images, [0, 1, 2, 0], -maps, steps=16)
    expected = reversed_.deletion_auc - curves.deletion_auc
    np.testing.assert_allclose(curves.symmetric_difference, expected, atol=1e-6)
    np.testing.assert_allclose(reversed_.symmetric_difference, -expected, atol=1e-6)


def test_the_right_map_has_the_greater_symmetric_difference() -> None:
    right, wrong = (
        perturbation_curves(brightness(), IMAGE, [1], sign * IMAGE[..., 0], steps=4)
        for sign in (1, -1)
    )
    assert right.symmetric_difference[0] > 0.05
    assert wrong.symmetric_difference[0] < -0.05


def test_curves_do_not_depend_on_the_scale_of_a_map_or_on_batches() -> None:
    model, images = toys.convolutional(), toys.images(3, (8, 8, 2))
    maps = random_maps(images, seed=2)
    first = perturbation_curves(model, images, TARGETS, maps, steps=10)
    scaled = perturbation_curves(model, images, TARGETS, 1e3 * maps - 5, steps=10)
    single = perturbation_curves(model, images, TARGETS, maps, steps=10, batch_size=7)
    for other in (scaled, single):
        np.testing.assert_allclose(other.deletion, first.deletion, atol=1e-6)
        np.testing.assert_allclose(other.insertion, first.insertion, atol=1e-6)


def test_a_constant_map_orders_pixels_by_chance_and_not_from_top_to_bottom() -> None:
    images = np.zeros((40, 2, 2, 1), np.float32)
    images[:, 0] = 5  # the upper row speaks
    curves = perturbation_curves(brightness(), images, [1] * 40, np.ones((40, 2, 2)), steps=4)
    top_down = sigmoid([10, 5, 0, 0, 0])
    assert (np.abs(curves.deletion - top_down).max(axis=1) > 0.1).mean() > 0.5
    assert len({row.tobytes() for row in curves.deletion.round(4)}) > 3


@pytest.mark.parametrize("bad", [np.ones((1, 2, 3)), np.full((1, 2, 2), np.nan)])
def test_curves_of_maps_that_do_not_fit_are_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"finite maps of shape \(1, 2, 2\)"):
        perturbation_curves(brightness(), IMAGE, [1], bad)


def test_completeness_compares_sums_in_both_directions() -> None:
    model = brightness()

    def half(images: Any, baselines: Any) -> Any:
        """A map that shares out half of what there is; the logit of class 1 is the sum."""
        return (images - baselines)[..., 0] / 2

    there, back = completeness(model, IMAGE, [1], half, baseline=1.0)
    np.testing.assert_allclose([there.difference[0], there.attributed[0]], [3, 1.5], rtol=1e-6)
    np.testing.assert_allclose([back.difference[0], back.attributed[0]], [-3, -1.5], rtol=1e-6)
    np.testing.assert_allclose([there.gap[0], back.gap[0]], [0.5, 0.5], rtol=1e-6)


@pytest.mark.parametrize("method", ["integrated_gradients", "shapley"])
def test_complete_methods_have_no_gap_in_either_direction(method: Any) -> None:
    model, images = toys.convolutional(), toys.images(3, (8, 8, 2))
    options: Any = {"shapley": {"regions": np.arange(64).reshape(8, 8) // 8}}.get(method, {})

    def explain(x: Any, b: Any) -> Any:
        return attribute(model, x, TARGETS, method, baseline=b, **options)

    for direction in completeness(model, images, TARGETS, explain, baseline=0.1):
        assert (direction.gap < 0.01).all()


def test_a_gap_of_nothing_is_not_a_number() -> None:
    there, _ = completeness(brightness(), IMAGE, [1], lambda x, b: x[..., 0], baseline=IMAGE)
    assert np.isnan(there.gap).all()


def test_rank_agreement_is_that_of_scipy() -> None:
    first, second = np.random.default_rng(0).integers(0, 5, (2, 4, 6, 6)).astype(float)
    expected = [
        spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(first, second, strict=True)
    ]
    np.testing.assert_allclose(rank_agreement(first, second), expected)
    np.testing.assert_allclose(rank_agreement(first, np.exp(first)), 1)
    np.testing.assert_allclose(rank_agreement(first, -first), -1)


def test_a_constant_map_agrees_with_none() -> None:
    maps = random_maps(np.zeros((2, 3, 3, 1)), seed=0)
    assert np.isnan(rank_agreement(maps, np.zeros((2, 3, 3)))).all()


def test_controls_know_the_image_alone() -> None:
    images = np.zeros((2, 6, 6, 3), np.float32)
    images[:, :, 3:] = 1
    edges = edge_maps(images)
    assert edges.shape == (2, 6, 6)
    assert set(np.flatnonzero(edges[0].sum(axis=0))) == {2, 3}
    first, again, other = (random_maps(images, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert first.shape == (2, 6, 6)
