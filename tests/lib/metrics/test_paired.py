"""Intervals and paired tests, against SciPy and by what must not change them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import stats

from lib.metrics import mcnemar_test, paired_bootstrap, paired_t_test, wilson_interval

Floats = NDArray[np.float64]

values = arrays.arrays(
    np.float64, st.shared(st.integers(3, 12)), elements=st.integers(-50, 50).map(float)
)
answers = arrays.arrays(np.bool_, st.shared(st.integers(1, 40)))


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_contains_the_share_and_stays_in_its_range(right: int, wrong: int) -> None:
    assume(right + wrong > 0)
    interval = wilson_interval(right, right + wrong)
    assert 0 <= interval.low <= right / (right + wrong) + 1e-12
    assert right / (right + wrong) - 1e-12 <= interval.high <= 1


def test_wilson_agrees_with_the_formula_worked_out_by_hand() -> None:
    # n = 100, p = 0.9, z = 1.96: centre (p + z²/2n) / (1 + z²/n), reach from p(1-p)/n + z²/4n²
    interval = wilson_interval(90, 100)
    assert (interval.low, interval.high) == pytest.approx((0.82563, 0.94477), abs=1e-5)


def test_wilson_narrows_with_more_samples_and_less_confidence() -> None:
    def breadth(right: int, n: int, confidence: float = 0.95) -> float:
        interval = wilson_interval(right, n, confidence)
        return interval.high - interval.low

    assert breadth(9200, 10_000) < breadth(920, 1000) < breadth(92, 100)
    assert breadth(92, 100, 0.8) < breadth(92, 100, 0.99)


@given(values, values)
def test_the_paired_t_test_agrees_with_scipy(first: Floats, second: Floats) -> None:
    assume(np.std(first - second) > 0)
    found, expected = paired_t_test(first, second), stats.ttest_rel(first, second)
    interval = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high))
    assert found.effect_size * np.sqrt(len(first)) == pytest.approx(expected.statistic)


@given(values, values, st.integers(-20, 20).map(float))
def test_the_paired_t_test_ignores_a_common_shift(
    first: Floats, second: Floats, shift: float
) -> None:
    assert paired_t_test(first + shift, second + shift) == paired_t_test(first, second)


@given(values, values)
def test_swapping_the_arms_turns_the_difference_round(first: Floats, second: Floats) -> None:
    there, back = paired_t_test(first, second), paired_t_test(second, first)
    assert back.difference == -there.difference
    assert back.p_value == pytest.approx(there.p_value)
    assert (back.interval.low, back.interval.high) == pytest.approx(
        (-there.interval.high, -there.interval.low)
    )


@given(answers, answers)
def test_mcnemar_is_the_binomial_test_of_the_samples_that_part_them(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> None:
    parted = first != second
    assume(parted.any())
    expected = stats.binomtest(int(first[parted].sum()), int(parted.sum()), 0.5).pvalue
    assert mcnemar_test(first, second) == pytest.approx(expected)
    assert mcnemar_test(second, first) == pytest.approx(expected)


def test_mcnemar_worked_out_by_hand() -> None:
    # they differ on 5 samples, all in favour of the first: 2 * (1/2)^5
    first = np.array([True] * 5 + [True, False])
    second = np.array([False] * 5 + [True, False])
    assert mcnemar_test(first, second) == pytest.approx(2 / 2**5)


def test_classifiers_right_about_the_same_samples_are_not_told_apart() -> None:
    right = np.array([True, False, True])
    assert mcnemar_test(right, right) == 1.0


def test_the_bootstrap_agrees_with_scipy() -> None:
    generator = np.random.default_rng(1)
    first = generator.normal(0.3, 1, 200)
    second = generator.normal(0, 1, 200)
    found = paired_bootstrap(first, second, seed=2, resamples=4000)
    expected = stats.bootstrap(
        (first - second,), np.mean, n_resamples=4000, method="percentile", rng=3
    ).confidence_interval
    reach = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.05 * reach)
    assert found.high == pytest.approx(expected.high, abs=0.05 * reach)


def test_the_bootstrap_repeats_itself_by_seed() -> None:
    first, second = np.random.default_rng(0).random((2, 50))
    once = paired_bootstrap(first, second, seed=4, resamples=200)
    assert once == paired_bootstrap(first, second, seed=4, resamples=200)
    assert once != paired_bootstrap(first, second, seed=5, resamples=200)


def test_a_constant_difference_leaves_the_bootstrap_no_room() -> None:
    second = np.arange(10.0)
    interval = paired_bootstrap(second + 0.5, second, seed=0, resamples=100)
    assert (interval.low, interval.high) == (0.5, 0.5)


@pytest.mark.parametrize("first", [[1.0], [1.0, np.nan], [1.0, 2.0, 3.0]])
def test_values_that_make_no_pairs_are_refused(first: list[float]) -> None:
    with pytest.raises(ValueError, match="Received"):
        paired_t_test(np.array(first), np.array([1.0, 2.0])[: max(len(first), 1)])
