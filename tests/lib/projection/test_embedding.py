"""Embeddings: PCA against NumPy's decomposition, t-SNE on planted clusters."""

import numpy as np
import pytest

from lib.projection import embedding


def clusters(dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Three clusters, far from each other, of 30 points each."""
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 30)
    centres = 40 * generator.normal(size=(3, dimensions))
    return (centres[labels] + generator.normal(size=(90, dimensions))).astype(np.float32), labels


def test_principal_components_are_those_of_the_singular_value_decomposition() -> None:
    features, _ = clusters(12)
    projected, explained = embedding.principal_components(features, 3, seed=1)
    centred = features - features.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(projected), np.abs(u[:, :3] * s[:3]), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(explained, s[:3] ** 2 / (s**2).sum(), rtol=1e-4)


def test_features_that_never_change_explain_nothing() -> None:
    projected, explained = embedding.principal_components(np.ones((20, 5)), 2, seed=1)
    assert not projected.any()
    assert explained.tolist() == [0, 0]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_planted_clusters_stay_apart(dimensions: int) -> None:
    features, labels = clusters(60)
    embedded = embedding.neighbor_embedding(
        features, dimensions, seed=3, perplexity=10, iterations=750
    )
    assert embedded.shape == (90, dimensions)
    gaps = np.linalg.norm(embedded[:, None] - embedded[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert (labels[gaps.argmin(axis=1)] == labels).all()


def test_equal_seeds_give_equal_embeddings() -> None:
    features, _ = clusters(8)
    first, again, other = (
        embedding.neighbor_embedding(
            features, 2, seed, random_start=True, perplexity=10, iterations=250
        )
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1
