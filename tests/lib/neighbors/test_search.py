"""Neighbours are the true ones, by scikit-learn's search and by measuring them all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.neighbors import NearestNeighbors

from lib.neighbors import nearest
from lib.neighbors.search import Points


def by_measuring(points: Points, queries: Points, k: int) -> tuple[np.ndarray, np.ndarray]:
    apart = queries[:, None].astype(np.float64) - points[None]
    squares = (apart**2).sum(axis=2)
    order = np.argsort(squares, axis=1, kind="stable")[:, :k]
    return order, np.sqrt(np.take_along_axis(squares, order, axis=1))


@pytest.mark.parametrize(("n", "queries", "dimension"), [(9_000, 300, 64), (4_097, 257, 3)])
def test_neighbors_are_those_of_scikit_learn(n: int, queries: int, dimension: int) -> None:
    generator = np.random.default_rng(3)
    points = generator.normal(size=(n, dimension)).astype(np.float32)
    asked = generator.normal(size=(queries, dimension)).astype(np.float32)
    found = nearest(points, asked, k=10)
    model = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(points.astype(np.float64))
    distances, indices = model.kneighbors(asked.astype(np.float64))
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-9)


def test_points_far_from_the_origin_and_close_together_are_told_apart() -> None:
    # In float32 the squares of 1,000 and of 1,000.001 are the same.
    generator = np.random.default_rng(5)
    points = (1000 + 1e-3 * generator.normal(size=(6_000, 8))).astype(np.float32)
    asked = points[:40] + np.float32(6e-5)
    indices, distances = by_measuring(points, asked, 5)
    found = nearest(points, asked, k=5)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-12)


def test_one_far_point_does_not_blur_the_others() -> None:
    generator = np.random.default_rng(6)
    points = generator.normal(size=(5_000, 4)).astype(np.float32)
    points[17] = 1e6
    indices, _ = by_measuring(points, points[:50], 3)
    np.testing.assert_array_equal(nearest(points, points[:50], k=3).indices, indices)


def test_of_equal_points_the_first_come_first() -> None:
    points = np.zeros((5_000, 2), dtype=np.float32)
    points[:100] = 7
    found = nearest(points, np.zeros((2, 2), dtype=np.float32), k=4)
    assert found.indices.tolist() == [[100, 101, 102, 103]] * 2
    assert not found.distances.any()


@given(
    arrays(np.float32, st.tuples(st.integers(1, 40), st.just(3)), elements=st.integers(-3, 3)),
    arrays(np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=st.integers(-3, 3)),
    st.data(),
)
def test_any_number_of_points_and_of_neighbors(
    points: Points, queries: Points, data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(points)))
    indices, distances = by_measuring(points, queries, k)
    found = nearest(points, queries, k)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_array_equal(found.distances, distances)


@pytest.mark.parametrize(
    ("points", "queries", "k", "received"),
    [
        (np.zeros((3, 2)), np.zeros((1, 2), np.float32), 1, "dtype=float64"),
        (np.zeros((3, 2), np.float32), np.zeros((1, 3), np.float32), 1, r"shape=\(1, 3\)"),
        (np.full((3, 2), np.nan, np.float32), np.zeros((1, 2), np.float32), 1, "finite points"),
        (np.zeros((3, 2), np.float32), np.zeros((1, 2), np.float32), 4, "k=4"),
        (np.zeros((3, 2), np.float32), np.zeros((1, 2), np.float32), 0, "k=0"),
    ],
)
def test_what_does_not_fit_is_refused(
    points: np.ndarray, queries: np.ndarray, k: int, received: str
) -> None:
    with pytest.raises(ValueError, match=received):
        nearest(points, queries, k)
