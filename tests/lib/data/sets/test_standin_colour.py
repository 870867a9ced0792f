"""Stand-in data in colour: the same shapes, of which colours tell nothing."""

import numpy as np
import pytest

from contract.names import DataSource
from lib.data.sets import standin, standin_colour


def test_it_has_the_shapes_labels_and_sizes_of_the_grey_stand_in() -> None:
    sizes = {"n_train": 100, "n_val": 20, "n_test": 30}
    grey, split = standin.images(**sizes, seed=1), standin_colour.images(**sizes, seed=1)
    assert split.source is DataSource.STAND_IN
    assert split.class_names == grey.class_names
    for (part, shapes, labels), (_, images, tinted) in zip(
        grey.parts(), split.parts(), strict=True
    ):
        assert images.shape == (len(labels), 32, 32, 3)
        np.testing.assert_array_equal(labels, tinted, err_msg=part)
        ground = images[:, :2].mean(axis=(1, 2), keepdims=True)
        apart = np.abs(images - ground).mean(axis=3)[:, 2:-2, 2:-2]
        for shape, distance in zip(shapes, apart, strict=True):
            assert distance[shape > 100].mean() > 2 * distance[shape == 0].mean()


def test_the_seed_decides_the_images() -> None:
    sizes = {"n_train": 40, "n_val": 0, "n_test": 10}
    once, again, other = (standin_colour.images(**sizes, seed=seed) for seed in (1, 1, 2))
    assert once.sha256 == again.sha256
    assert once.sha256 != other.sha256


def test_grounds_are_as_bright_in_one_class_as_in_another() -> None:
    split = standin_colour.images(n_train=2_000, n_val=0, n_test=0, seed=1)
    grounds = split.x_train[:, 0].mean(axis=(1, 2))
    means = [grounds[split.y_train == label].mean() for label in range(10)]
    # 200 grounds a class, of which the mean of three uniform channels deviates by 42: 3 each.
    assert max(means) - min(means) < 6 * 42 / np.sqrt(200)


def test_sizes_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="n_train >= 20"):
        standin_colour.images(n_train=19, n_val=0, n_test=0, seed=1)
