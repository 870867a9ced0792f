"""Images go to floats and back without loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lib.data import denormalize, normalize


@given(
    hnp.arrays(
        np.uint8,
        st.one_of(
            st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(1, 4)),
            st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(1, 4), st.just(3)),
        ),
    )
)
def test_denormalized_images_are_as_published(images: np.ndarray) -> None:
    normalized = normalize(images)
    restored = denormalize(normalized)
    assert normalized.shape == (*images.shape[:3], images.shape[3] if images.ndim == 4 else 1)
    assert normalized.dtype == np.float32
    assert restored.dtype == np.uint8
    np.testing.assert_array_equal(restored, images)


def test_every_grey_level_comes_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    normalized = normalize(levels)
    assert normalized.min() == 0
    assert normalized.max() == 1
    np.testing.assert_array_equal(denormalize(normalized), levels)


def test_normalizing_leaves_the_published_images_alone() -> None:
    images = np.full((1, 2, 2, 3), 255, dtype=np.uint8)
    normalize(images)
    assert (images == 255).all()


def test_reconstructions_beyond_black_and_white_are_clipped() -> None:
    reconstructed = np.array([[[[-3.0], [0.5], [1.001]]]])
    np.testing.assert_array_equal(denormalize(reconstructed), [[[0, 128, 255]]])


def test_images_already_scaled_are_refused() -> None:
    with pytest.raises(ValueError, match=r"dtype uint8.*Received: images of dtype=float32"):
        normalize(np.zeros((1, 2, 2), dtype=np.float32))


@pytest.mark.parametrize("shape", [(2, 2), (1, 2, 2, 1, 1)])
def test_arrays_that_are_no_images_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="3 or 4 axes"):
        normalize(np.zeros(shape, dtype=np.uint8))
    with pytest.raises(ValueError, match="4 axes"):
        denormalize(np.zeros(shape))


def test_values_that_are_not_finite_are_refused() -> None:
    broken = np.array([0.5, np.nan, np.inf, 0.1]).reshape(1, 2, 2, 1)
    with pytest.raises(ValueError, match="Received: images with 2 non-finite values"):
        denormalize(broken)
