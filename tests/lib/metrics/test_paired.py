"""Intervals and paired tests, against SciPy and by what must not change them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import stats

from lib.metrics import paired_bootstrap, paired_t_test, wilson_interval

Floats = NDArray[np.float64]

values = arrays.arrays(
    np.float64, st.shared(st.integers(3, 12)), elements=st.integers(-50, 50).map(float)
)


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


def test_the_paired_t_test_worked_out_by_hand() -> None:
    # Differences 1, 2, 3: mean 2, standard deviation 1, so t = 2 sqrt(3) with 2 degrees of freedom,
    # beyond which lies 1 - t / sqrt(t² + 2); solved for t, that leaves 5 % beyond the quantile.
    found = paired_t_test(np.array([5.0, 1.0, 4.0]), np.array([4.0, -1.0, 1.0]))
    assert found.difference == 2
    assert found.effect_size == pytest.approx(2)
    assert found.p_value == pytest.approx(1 - (12 / 14) ** 0.5)
    quantile = 0.95 * (2 / (1 - 0.95**2)) ** 0.5
    reach = quantile / 3**0.5
    assert (found.interval.low, found.interval.high) == pytest.approx((2 - reach, 2 + reach))


def test_arms_that_differ_by_the_same_everywhere_differ_beyond_doubt() -> None:
    second = np.array([0.25, 0.5, 0.75])
    found = paired_t_test(second + 0.25, second)
    assert (found.p_value, found.effect_size) == (0.0, np.inf)
    assert (found.interval.low, found.interval.high) == (0.25, 0.25)
    same = paired_t_test(second, second)
    assert (same.difference, same.p_value, same.effect_size) == (0.0, 1.0, 0.0)


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
