"""The rule for the drop, on errors in which it was planted."""

import numpy as np
import pytest

from experiments.fashion.degradation import first_drop


def errors(*factors: float, noise: float = 0.1) -> list[np.ndarray]:
    """Errors of 400 images at sizes whose mean error grows by the factors."""
    random = np.random.default_rng(1)
    base = random.gamma(4.0, 0.25, 400)
    scales = np.cumprod([1.0, *factors])
    return [scale * base * random.normal(1.0, noise, 400) for scale in scales]


def test_the_first_planted_drop_is_found_and_the_size_before_it_kept() -> None:
    drop = first_drop(errors(1.05, 1.1, 1.6, 1.7), threshold=0.25, seed=1)
    assert (drop.found, drop.kept, drop.at) == (True, 2, 3)
    assert drop.rises[3] == pytest.approx(0.6, abs=0.05)
    assert drop.lows[3] < drop.rises[3] < drop.highs[3]


def test_rises_below_the_threshold_keep_the_smallest_size_and_name_the_steepest() -> None:
    drop = first_drop(errors(1.05, 1.15, 1.1), threshold=0.25, seed=1)
    assert (drop.found, drop.kept, drop.at) == (False, 3, 2)


def test_a_rise_that_may_lie_below_the_threshold_is_no_drop() -> None:
    before = np.ones(20)
    after = np.repeat([1.0, 1.6], 10)  # a rise of 0.3 on average, known to about 0.13
    drop = first_drop([before, after], threshold=0.25, seed=1)
    assert drop.rises[1] == pytest.approx(0.3)
    assert drop.lows[1] < 0.25
    assert not drop.found


def test_the_rule_ignores_the_unit_of_the_errors() -> None:
    ones = errors(1.1, 1.5)
    small = first_drop([1e-3 * one for one in ones], threshold=0.25, seed=1)
    large = first_drop(ones, threshold=0.25, seed=1)
    assert small.rises[1:] == pytest.approx(large.rises[1:])
    assert (small.kept, small.found) == (large.kept, large.found)


def test_one_size_cannot_drop() -> None:
    with pytest.raises(ValueError, match="two sizes or more"):
        first_drop(errors(), threshold=0.25, seed=1)
