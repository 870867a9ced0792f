"""PCA as a code: exact where it must be, and better than any other linear one."""

import numpy as np
import pytest

from lib.projection import pca


def planar(n: int, seed: int) -> np.ndarray:
    """Images (n, 3, 2) that differ in two directions alone."""
    random = np.random.default_rng(seed)
    directions = np.array([[1, 0, 1, 0, 0, 2], [0, 3, 0, 1, -1, 0]], dtype=np.float32)
    flat = random.standard_normal((n, 2)).astype(np.float32) @ directions + np.float32(0.5)
    return flat.reshape(n, 3, 2)


def test_as_many_components_as_directions_lose_nothing() -> None:
    (length, reconstructed), *_ = pca.reconstructions(planar(50, 1), planar(9, 2), [2])
    assert length == 2
    assert np.allclose(reconstructed, planar(9, 2), atol=1e-5)


def test_one_decomposition_serves_every_length_alike() -> None:
    random = np.random.default_rng(3)
    x_train, x = random.random((40, 4, 4), np.float32), random.random((7, 4, 4), np.float32)
    together = dict(pca.reconstructions(x_train, x, [9, 4, 1]))
    for length, reconstructed in together.items():
        alone = dict(pca.reconstructions(x_train, x, [length]))[length]
        assert np.allclose(reconstructed, alone, atol=1e-5)


def test_no_random_linear_code_of_the_same_length_is_better_on_the_training_images() -> None:
    random = np.random.default_rng(5)
    x = (random.standard_normal((60, 8)) * np.arange(1, 9)).astype(np.float32)
    error = np.mean((dict(pca.reconstructions(x, x, [3]))[3] - x) ** 2)
    centred = x - x.mean(axis=0)
    for _ in range(20):
        basis, _ = np.linalg.qr(random.standard_normal((8, 3)))
        assert error <= np.mean((centred @ basis @ basis.T - centred) ** 2)


@pytest.mark.parametrize("lengths", [[], [0], [7], [2, 99]])
def test_lengths_out_of_range_are_refused(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match=r"Expected at least one length, all in 1 … 6"):
        list(pca.reconstructions(planar(50, 1), planar(3, 2), lengths))


@pytest.mark.parametrize("shape", [(90, 12), (90, 300), (90, 3_000)])
def test_components_are_exact_whatever_the_shape(shape: tuple[int, int]) -> None:
    features = np.random.default_rng(7).standard_normal(shape).astype(np.float32)
    features *= 0.7 ** np.arange(shape[1]) + 0.01  # a spectrum that falls, as that of images
    fitted = pca.fit(features, 5)
    _, values, directions = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    along = np.abs(np.sum(fitted.components_ * directions[:5], axis=1))
    np.testing.assert_allclose(along, 1, atol=1e-4)
    np.testing.assert_allclose(fitted.singular_values_, values[:5], rtol=1e-4)


@pytest.mark.parametrize("shape", [(90, 12), (90, 3_000)])
def test_features_are_overwritten_only_when_allowed_and_with_the_same_components(
    shape: tuple[int, int],
) -> None:
    features = np.random.default_rng(9).random(shape, np.float32)
    given = features.copy()
    kept = pca.fit(given, 4)
    assert np.array_equal(given, features)
    assert np.array_equal(pca.fit(given, 4, overwrite=True).components_, kept.components_)


def test_as_many_components_as_samples_are_found_too() -> None:
    features = np.random.default_rng(8).standard_normal((9, 40)).astype(np.float32)
    assert pca.fit(features, 9).components_.shape == (9, 40)
