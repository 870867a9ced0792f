"""What embeddings keep: an embedding that is the same keeps all, a shuffled one nothing."""

import numpy as np
import pytest
from sklearn import manifold, metrics

from lib.projection import quality

GENERATOR = np.random.default_rng(5)
POINTS = GENERATOR.normal(size=(60, 4)).astype(np.float32)
LABELS = np.repeat(np.arange(3), 20)


def test_distances_are_euclidean() -> None:
    found = quality.distances(np.array([[0.0, 0.0], [3.0, 4.0]]))
    np.testing.assert_allclose(found, [[0, 5], [5, 0]])


def test_an_embedding_that_changes_no_order_is_fully_trustworthy() -> None:
    between = quality.distances(POINTS)
    assert quality.trustworthiness(between, 3 * POINTS) == pytest.approx(1)
    shuffled = GENERATOR.permutation(POINTS)
    assert quality.trustworthiness(between, shuffled) < 0.7


def test_trustworthiness_of_distances_is_that_of_the_points() -> None:
    flat = POINTS[:, :2]
    expected = manifold.trustworthiness(POINTS, flat, n_neighbors=quality.NEIGHBORS)
    found = quality.trustworthiness(quality.distances(POINTS), flat)
    assert found == pytest.approx(expected, abs=1e-3)


def test_neighbours_know_planted_clusters_and_not_random_labels() -> None:
    apart = quality.distances(POINTS + 100 * LABELS[:, None])
    assert (quality.predicted_by_neighbors(apart, LABELS, seed=1) == LABELS).all()
    mixed = quality.predicted_by_neighbors(quality.distances(POINTS), LABELS, seed=1)
    assert np.mean(mixed == LABELS) < 0.7


def test_silhouettes_of_classes_are_means_of_scikit_learns() -> None:
    between = quality.distances(POINTS + LABELS[:, None])
    each = metrics.silhouette_samples(between, LABELS, metric="precomputed")
    expected = [each[label == LABELS].mean() for label in range(3)]
    np.testing.assert_allclose(quality.silhouettes(between, LABELS), expected)


def test_neighbours_are_kept_by_turning_and_lost_by_shuffling() -> None:
    flat = POINTS[:, :2]
    turned = flat @ np.array([[0.0, -1.0], [1.0, 0.0]]) * 2 + 7
    assert quality.common_neighbors(flat, turned).min() == 1
    shuffled = quality.common_neighbors(flat, GENERATOR.permutation(flat))
    assert shuffled.mean() < 0.4  # by chance 10 of 59
