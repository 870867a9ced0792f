"""Shapley values of image regions: linear models by hand, all coalitions, and shap."""

import warnings
from itertools import product
from typing import Any

import numpy as np
import pytest

from lib.attribution import Network, attribute, grid, region_maps, region_values
from tests.lib.attribution import toys

TARGETS = np.array([0, 1, 2])
UNEVEN = np.array([[7, 7, 7, 7], [7, 2, 2, 9], [9, 9, 9, 9], [9, 9, 9, 9]])


@pytest.mark.parametrize("permutations", [None, 5])
@pytest.mark.parametrize("baseline", [0.0, 0.7])
def test_regions_of_a_linear_model_get_the_sum_of_w_x(permutations: Any, baseline: float) -> None:
    model, images = toys.linear(), toys.images()
    kernel = model.layers[-1].get_weights()[0].T.reshape(3, 4, 4, 2)
    by_pixel = (kernel * (images - baseline)).sum(axis=3)
    maps = attribute(
        model,
        images,
        TARGETS,
        "shapley",
        regions=UNEVEN,
        baseline=baseline,
        permutations=permutations,
    )
    for region in (2, 7, 9):
        inside = regions_of(by_pixel, region)
        np.testing.assert_allclose(regions_of(maps, region).sum(axis=1), inside.sum(axis=1), 1e-4)
        assert (np.ptp(regions_of(maps, region), axis=1) == 0).all()  # spread evenly


def regions_of(maps: Any, region: int) -> Any:
    return maps[:, region == UNEVEN]


def test_values_come_by_ascending_number_and_make_the_map() -> None:
    images = toys.images()
    values, errors = region_values(
        Network(toys.linear(), images),
        images,
        TARGETS,
        regions=UNEVEN,
        baseline=np.zeros_like(images),
    )
    maps = region_maps(values, UNEVEN)
    assert values.shape == errors.shape == (3, 3)
    for column, region in enumerate((2, 7, 9)):
        np.testing.assert_allclose(regions_of(maps, region).sum(axis=1), values[:, column], 1e-5)


def mixed_values(model: Any, image: Any, regions: Any, target: int) -> dict[Any, float]:
    """The logit of every coalition of regions, one by one."""
    logits = type(model).from_config(model.get_config())
    logits.set_weights(model.get_weights())
    logits.layers[-1].activation = None
    numbers = np.unique(regions)
    return {
        seen: float(
            logits(np.where(np.isin(regions, numbers[list(seen)])[..., None], image, 0)[None])[
                0, target
            ]
        )
        for seen in product([False, True], repeat=len(numbers))
    }


def test_exact_values_are_those_of_shap() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shap = pytest.importorskip("shap")
    model, images = toys.convolutional(pool="max"), toys.images(1, (8, 8, 2))
    regions = grid((8, 8), 2, 3)
    worth = mixed_values(model, images[0], regions, 1)

    def game(coalitions: Any) -> Any:
        return np.array([worth[tuple(row.astype(bool))] for row in coalitions])

    explainer = shap.KernelExplainer(game, np.zeros((1, 6)))  # exact where it sees them all
    expected = explainer.shap_values(np.ones((1, 6)), nsamples=2**6, silent=True)[0]
    maps = attribute(model, images, [1], "shapley", regions=regions)
    found = [maps[0][regions == region].sum() for region in range(6)]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_sampled_maps_approach_exact_ones() -> None:
    model, images = toys.convolutional(pool="max"), toys.images(3, (8, 8, 2))
    regions, network = grid((8, 8), 2, 4), Network(model, images)
    given: Any = {"regions": regions, "baseline": np.zeros_like(images)}
    exact, none = region_values(network, images, TARGETS, **given)
    values, errors = region_values(network, images, TARGETS, permutations=400, **given)
    assert not none.any()
    assert (np.abs(values - exact) < 3 * errors + 1e-6).all()


def test_maps_sum_to_the_difference_of_the_logits() -> None:
    model, images = toys.convolutional(), toys.images(3, (8, 8, 2))
    network = Network(model, images)
    explained = network.logits(images) - network.logits(np.zeros_like(images))
    for permutations in (None, 3):
        maps = attribute(
            model,
            images,
            TARGETS,
            "shapley",
            regions=grid((8, 8), 3, 3),
            permutations=permutations,
        )
        np.testing.assert_allclose(
            maps.sum(axis=(1, 2)), explained[np.arange(3), TARGETS], rtol=1e-4
        )


def test_a_grid_covers_an_image_with_regions_of_nearly_equal_size() -> None:
    regions = grid((7, 10), 3, 4)
    assert regions.shape == (7, 10)
    sizes = np.bincount(regions.ravel())
    assert len(sizes) == 12
    assert sizes.min() >= 2 * 2
    assert sizes.max() <= 3 * 3


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (8, 1), (1, 11)])
def test_a_grid_finer_than_the_pixels_is_refused(rows: int, columns: int) -> None:
    with pytest.raises(ValueError, match="7 rows and 1 … 10 columns"):
        grid((7, 10), rows, columns)
