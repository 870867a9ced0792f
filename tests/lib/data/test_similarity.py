"""Nearest neighbours on planted answers, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from lib.data.similarity import most_alike, nearest_neighbors, neighbor_confusion, neighbor_error

NAMES = ("a", "b", "c")


def images_of(levels: list[int]) -> np.ndarray:
    return np.repeat(np.array(levels, dtype=np.uint8), 6).reshape(-1, 2, 3)


def test_the_nearest_other_image_is_found() -> None:
    assert nearest_neighbors(images_of([10, 50, 13, 255, 59])).tolist() == [2, 4, 0, 4, 1]


def test_an_image_is_not_its_own_neighbor_but_its_copy_is() -> None:
    assert nearest_neighbors(images_of([7, 7, 200])).tolist() == [1, 0, 0]


def test_of_equally_near_images_the_first_is_taken() -> None:
    assert nearest_neighbors(images_of([20, 30, 10])).tolist() == [1, 0, 0]


def test_neighbors_are_as_near_as_scikit_learns() -> None:
    images = np.random.default_rng(2).integers(0, 256, (2_300, 4, 4, 3), dtype=np.uint8)
    points = images.reshape(len(images), -1).astype(float)
    expected = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(points).kneighbors()[0][:, 0]
    found = np.linalg.norm(points - points[nearest_neighbors(images)], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_one_image_has_no_neighbor() -> None:
    with pytest.raises(ValueError, match=r"at least 2 images\. Received: 1"):
        nearest_neighbors(images_of([1]))


def test_confusion_counts_each_image_by_its_neighbors_class() -> None:
    images, labels = images_of([10, 12, 13, 100, 103, 200]), np.array([0, 0, 1, 1, 1, 2])
    table = neighbor_confusion(images, labels, NAMES, n=100, seed=0)
    assert table["class"].tolist() == list(NAMES)
    # 10 -> 12 (a), 12 -> 13 (b), 13 -> 12 (a), 100 <-> 103 (b), 200 -> 103 (b)
    assert table[list(NAMES)].to_numpy().tolist() == [[1, 1, 0], [1, 2, 0], [0, 1, 0]]
    assert neighbor_error(table) == pytest.approx(3 / 6)


def test_most_alike_ranks_pairs_by_crossings_in_both_directions() -> None:
    images, labels = images_of([10, 12, 13, 100, 103, 200]), np.array([0, 0, 1, 1, 1, 2])
    pairs = most_alike(neighbor_confusion(images, labels, NAMES, n=100, seed=0))
    assert pairs[["first", "second", "images"]].to_numpy().tolist() == [
        ["a", "b", 2],
        ["b", "c", 1],
        ["a", "c", 0],
    ]
    assert pairs["share"].tolist() == pytest.approx([2 / 5, 1 / 4, 0])


def test_confusion_draws_each_class_by_its_share() -> None:
    images = np.random.default_rng(0).integers(0, 256, (400, 3, 3), dtype=np.uint8)
    labels = np.repeat([0, 1, 2], [200, 100, 100])
    table = neighbor_confusion(images, labels, NAMES, n=100, seed=1)
    assert table[list(NAMES)].sum(axis=1).tolist() == [50, 25, 25]


def test_classes_without_samples_are_alike_with_none() -> None:
    table = neighbor_confusion(images_of([1, 2, 9]), np.array([0, 0, 1]), NAMES, n=3, seed=0)
    pairs = most_alike(table)
    assert pairs.loc[pairs["second"] == "c", "share"].tolist() == [0, 0]
