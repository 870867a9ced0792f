"""Local examples and counterexamples of samples whose nearest ones were planted."""

import numpy as np
import pytest

from lib.neighbors import local_pairs, own_class_distances


def planted() -> tuple[np.ndarray, np.ndarray]:
    """Three classes around points that are far apart."""
    generator = np.random.default_rng(2)
    labels = np.arange(300) % 3
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    points = centres[labels] + generator.uniform(-1, 1, size=(300, 2))
    return points.astype(np.float32), labels


def test_planted_neighbors_are_found() -> None:
    points, labels = planted()
    points[30] = (3.0, 3.0)  # class 0
    points[31] = (3.5, 3.0)  # class 1
    points[32] = (3.25, 3.25)  # class 2
    query = np.array([[3.25, 3.125], [3.1, 3.0]], dtype=np.float32)
    pairs = local_pairs(points, labels, query, np.array([1, 0]))
    assert pairs.example.tolist() == [31, 30]
    assert pairs.counterexample.tolist() == [32, 32]
    np.testing.assert_allclose(pairs.example_distance[0], np.hypot(0.25, 0.125), rtol=1e-6)
    np.testing.assert_allclose(pairs.counterexample_distance[0], 0.125, rtol=1e-6)


def test_pairs_follow_the_points_when_these_are_permuted() -> None:
    points, labels = planted()
    queries = np.random.default_rng(4).uniform(-2, 12, size=(20, 2)).astype(np.float32)
    asked = np.arange(20) % 3
    order = np.random.default_rng(5).permutation(len(points))
    plain = local_pairs(points, labels, queries, asked)
    moved = local_pairs(points[order], labels[order], queries, asked)
    np.testing.assert_array_equal(order[moved.example], plain.example)
    np.testing.assert_array_equal(order[moved.counterexample], plain.counterexample)
    assert (labels[plain.example] == asked).all()
    assert (labels[plain.counterexample] != asked).all()


def test_of_equally_near_counterexamples_the_first_is_taken() -> None:
    points = np.array([[1], [0], [-1], [5]], dtype=np.float32)
    pairs = local_pairs(points, np.array([2, 0, 1, 1]), np.zeros((1, 1), np.float32), np.array([0]))
    assert pairs.counterexample.tolist() == [0]


@pytest.mark.parametrize(("labels", "asked"), [([0, 0, 1], 2), ([1, 1, 1], 1)])
def test_a_query_without_example_or_counterexample_is_refused(
    labels: list[int], asked: int
) -> None:
    points = np.zeros((3, 2), dtype=np.float32)
    with pytest.raises(ValueError, match="Expected points with each query's label"):
        local_pairs(points, np.array(labels), points[:1], np.array([asked]))


def test_distances_within_a_class_are_those_by_measuring() -> None:
    points, labels = planted()
    apart = np.linalg.norm(points[:, None].astype(np.float64) - points[None], axis=2)
    apart[labels[:, None] != labels[None]] = np.inf
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_allclose(own_class_distances(points, labels), apart.min(axis=1), rtol=1e-6)


def test_a_copy_in_its_class_is_at_no_distance() -> None:
    points = np.array([[1], [1], [1], [4]], dtype=np.float32)
    assert own_class_distances(points, np.zeros(4, np.int64)).tolist() == [0, 0, 0, 3]


def test_a_class_of_one_has_no_measure_of_its_own() -> None:
    with pytest.raises(ValueError, match="label=1"):
        own_class_distances(np.zeros((3, 1), np.float32), np.array([0, 0, 1]))
