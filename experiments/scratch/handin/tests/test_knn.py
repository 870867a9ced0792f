"""Distances are correct, neighbours are the nearest ones, and errors name what is wrong."""

from typing import Any

import knn
import numpy as np
import pytest

TOLERANCE = 1e-3  # relative error of a distance


def measured(a: Any, b: Any) -> Any:
    """Compute distances by their definition, row by row, in double precision."""
    return np.array([np.sqrt(np.square(row.astype(np.float64) - b).sum(axis=1)) for row in a])


def pixels(n: int, size: int = 3072, seed: int = 0) -> Any:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (n, size)).astype(np.float32)


def spread(n: int, size: int = 3072, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=(n, size)).astype(np.float32)


def off_by_one(rows: Any) -> Any:
    return np.concatenate([np.abs(rows[:, :1] - 1), rows[:, 1:]], axis=1)


def off_by_one_ulp(rows: Any) -> Any:
    return np.concatenate([np.nextafter(rows[:, :1], np.float32(9)), rows[:, 1:]], axis=1)


NEAR = {
    "apart": (pixels(40), pixels(30, seed=1)),
    "equal": (pixels(40), pixels(40)),
    "one level of one pixel apart": (pixels(40), off_by_one(pixels(40))),
    "one unit in the last place apart": (spread(40), off_by_one_ulp(spread(40))),
    "somewhat apart": (spread(40), spread(40) + 1e-5 * spread(40, seed=2)),
    "close together and far from the origin": (
        1000 + 1e-3 * spread(40),
        1000 + 1e-3 * spread(30, seed=1),
    ),
    "beside one far row": (spread(40), np.concatenate([spread(40), 1e4 * spread(1, seed=3)])),
    "tiny": (1e-25 * spread(40), 1e-25 * spread(40, seed=1)),
}


@pytest.mark.parametrize("name", NEAR)
def test_distances_are_right_however_near_the_rows(name: str) -> None:
    a, b = (rows.astype(np.float32) for rows in NEAR[name])
    found = knn.distance_matrix(a, b)
    true = measured(a, b)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, true, rtol=TOLERANCE, atol=0)
    assert (found[true == 0] == 0).all()


def test_distances_in_double_precision_stay_so() -> None:
    a, b = spread(20, 64).astype(np.float64), spread(30, 64, seed=1).astype(np.float64)
    found = knn.distance_matrix(a, b)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, measured(a, b), rtol=1e-12)


def test_distances_of_bytes_do_not_wrap_around() -> None:
    found = knn.distance_matrix(np.array([[0, 0]], np.uint8), np.array([[255, 0]], np.uint8))
    assert found.tolist() == [[255.0]]


def test_distances_leave_their_matrices_alone() -> None:
    a, b = pixels(5), pixels(4, seed=1)
    knn.distance_matrix(a, b)
    np.testing.assert_array_equal(a, pixels(5))
    np.testing.assert_array_equal(b, pixels(4, seed=1))


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((2, 3)), np.zeros((2, 4)), "as many columns"),
        (np.zeros(3), np.zeros((2, 3)), "as many columns"),
        (np.full((2, 3), np.nan), np.zeros((2, 3)), "finite"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(a: Any, b: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        knn.distance_matrix(a, b)


# Training samples at 0, 1, 2, 10 and 11 on a line; the test samples are at 1.1 and 10.4.
LINE = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]], dtype=np.float32)
LABELS = np.array([7, 3, 7, 5, 5])
ASKED = np.array([[1.1], [10.4]], dtype=np.float32)


@pytest.mark.parametrize(("k", "predicted"), [(1, [3, 5]), (3, [7, 5])])
def test_the_commonest_label_of_the_nearest_is_predicted(k: Any, predicted: list[int]) -> None:
    dists = knn.distance_matrix(ASKED, LINE)
    assert knn.knn_predict(dists, LABELS, k).tolist() == predicted


def test_accuracy_is_the_share_of_right_predictions() -> None:
    assert knn.evaluate_knn(LINE, LABELS, ASKED, np.array([7, 5]), 3) == 1.0
    assert knn.evaluate_knn(LINE, LABELS, ASKED, np.array([7, 3]), 3) == 0.5
    assert isinstance(knn.evaluate_knn(LINE, LABELS, ASKED, np.array([7, 3]), 3), float)


def test_a_training_sample_is_its_own_nearest() -> None:
    data = pixels(60)
    labels = np.arange(60)
    assert knn.evaluate_knn(data, labels, data, labels, 1) == 1.0


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = pixels(90), pixels(35, seed=1)
    labels = np.arange(90) % 4
    whole = knn.predict_for_each_k(train, labels, test, [1, 5, 90])
    monkeypatch.setattr(knn, "BLOCK", 4 * 90)  # four test samples at a time
    np.testing.assert_array_equal(knn.predict_for_each_k(train, labels, test, [1, 5, 90]), whole)


def test_one_search_serves_every_k() -> None:
    train, test = pixels(90, 8), pixels(35, 8, seed=1)
    labels = np.arange(90) % 4
    together = knn.predict_for_each_k(train, labels, test, range(1, 21))
    dists = knn.distance_matrix(test, train)
    apart = [knn.knn_predict(dists, labels, k) for k in range(1, 21)]
    np.testing.assert_array_equal(together, apart)


def test_of_equally_near_samples_the_first_come_first() -> None:
    dists = np.array([[2.0, 1.0, 2.0, 2.0, 1.0, 3.0]])
    assert knn.nearest(dists, 3).tolist() == [[1, 4, 0]]


@pytest.mark.parametrize("k", [0, -1, 6, 1.5])
def test_a_k_that_cannot_be_is_refused(k: Any) -> None:
    with pytest.raises(ValueError, match="k="):
        knn.knn_predict(knn.distance_matrix(ASKED, LINE), LABELS, k)
    with pytest.raises(ValueError, match="k="):
        knn.evaluate_knn(LINE, LABELS, ASKED, LABELS[:2], k)


@pytest.mark.parametrize(
    ("labels_train", "labels_test"),
    [
        (LABELS.astype(float), LABELS[:2]),
        (LABELS, LABELS[:2].astype(float)),
        (LABELS[:-1], LABELS[:2]),
        (LABELS, LABELS[:1]),
    ],
    ids=["fractions to learn", "fractions to test", "fewer to learn", "fewer to test"],
)
def test_labels_that_do_not_fit_are_refused(labels_train: Any, labels_test: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected .*Received: .*labels_"):
        knn.evaluate_knn(LINE, labels_train, ASKED, labels_test, 1)


def test_distances_to_another_training_set_are_refused() -> None:
    with pytest.raises(ValueError, match=r"dists\.shape"):
        knn.knn_predict(np.zeros((2, 4)), LABELS, 1)
