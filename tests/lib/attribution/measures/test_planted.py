"""A map must find a planted patch; a random map and an edge map must not."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from sklearn.metrics import roc_auc_score

from lib.attribution import attribute, grid
from lib.attribution.measures import (
    beats_controls,
    edge_maps,
    plant,
    random_maps,
    share_ranked_higher,
)

N, SIZE = 40, (24, 24)


def detector() -> Any:
    """Logit of class 1: how red the image is, by relu(red - green - blue - 0.1), blurred."""
    model = keras.Sequential(
        [
            keras.Input((*SIZE, 3)),
            layers.Conv2D(1, 1, activation="relu", name="red"),
            layers.Conv2D(1, 3, padding="same", activation="relu", name="blurred"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.set_weights(
        [
            np.array([1.0, -1.0, -1.0]).reshape(1, 1, 3, 1),
            np.array([-0.1]),
            np.full((3, 3, 1, 1), 1 / 9),
            np.zeros(1),
            np.array([[-50.0, 50.0]]),
            np.zeros(2),
        ]
    )
    return model


def planted() -> tuple[Any, Any]:
    """Grey noise, all edges and no red, and a plain red patch in it."""
    noise = np.random.default_rng(0).random((N, *SIZE, 1)).repeat(3, axis=3)
    return plant(noise, np.broadcast_to([1.0, 0.2, 0.2], (8, 6, 3)), seed=1)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("grad_cam", {}),
        ("integrated_gradients", {"steps": 16}),
        ("shapley", {"regions": grid(SIZE, 3, 3)}),
    ],
)
def test_every_method_finds_the_patch(method: Any, options: Any) -> None:
    images, masks = planted()
    maps = attribute(detector(), images, np.ones(N, int), method, image_range=(0, 1), **options)
    assert beats_controls(maps, images, masks, seed=2).mean() >= 0.95


def test_controls_do_not_find_it() -> None:
    images, masks = planted()
    assert beats_controls(random_maps(images, seed=9), images, masks, seed=2).mean() < 0.7
    assert not beats_controls(edge_maps(images), images, masks, seed=2).any()


def test_the_patch_is_where_the_mask_says() -> None:
    images, masks = planted()
    assert masks.sum(axis=(1, 2)).tolist() == [48] * N
    np.testing.assert_allclose(images[masks], np.tile([1.0, 0.2, 0.2], (N * 48, 1)))
    assert np.ptp(images[~masks], axis=1).max() == 0  # grey
    assert len({mask.tobytes() for mask in masks}) > N / 2


def test_ranking_higher_is_the_area_under_the_roc_curve() -> None:
    generator = np.random.default_rng(3)
    maps = generator.integers(0, 4, (5, 6, 6)).astype(float)
    masks = generator.random((5, 6, 6)) < 0.3
    expected = [roc_auc_score(m.ravel(), a.ravel()) for m, a in zip(masks, maps, strict=True)]
    np.testing.assert_allclose(share_ranked_higher(maps, masks), expected)
    np.testing.assert_allclose(share_ranked_higher(np.zeros_like(maps), masks), 0.5)


def test_what_cannot_be_planted_or_found_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller"):
        plant(np.zeros((1, 4, 4, 3)), np.zeros((4, 2, 3)), seed=0)
    with pytest.raises(ValueError, match="partly true"):
        share_ranked_higher(np.zeros((1, 2, 2)), np.ones((1, 2, 2), bool))
