"""Compare two treatments measured on the same samples or trained with the same seeds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.metrics.intervals import Interval

DRAWN_AT_ONCE = 20_000  # bootstrap draws per call: few calls if n is small, in cache if it is large


@dataclass(frozen=True)
class Comparison:
    """Difference between paired measurements.

    Args:
        difference: mean of first minus second.
        interval: confidence interval of the mean difference.
        p_value: two-sided p-value.
        effect_size: mean difference over the differences' standard deviation (Cohen's d of paired
            samples); 0 if all pairs are equal, infinite if all differences are equal but not 0.
    """

    difference: float
    interval: Interval
    p_value: float
    effect_size: float


def paired_t_test(
    first: NDArray[np.floating], second: NDArray[np.floating], confidence: float = 0.95
) -> Comparison:
    """Compare paired values, such as training runs with the same seed, by a paired t-test.

    Args:
        first: (n,) values, n >= 2.
        second: (n,) values in the same order.
        confidence: confidence level of the interval, in (0, 1).

    Raises:
        ValueError: there are fewer than two pairs, or a value is not finite.
    """
    from scipy.stats import ttest_rel

    differences = _differences(first, second)
    mean = float(differences.mean())
    spread = float(differences.std(ddof=1))
    if spread == 0:
        p_value = 1.0 if mean == 0 else 0.0
        effect = 0.0 if mean == 0 else float(np.copysign(np.inf, mean))
        return Comparison(mean, Interval(mean, mean, confidence), p_value, effect)
    test = ttest_rel(first, second)
    low, high = map(float, test.confidence_interval(confidence))
    interval = Interval(low, high, confidence)
    return Comparison(mean, interval, float(test.pvalue), mean / spread)


def paired_bootstrap(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    *,
    seed: int,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> Interval:
    """Compute the bootstrap confidence interval of the mean paired difference.

    Args:
        first: (n,) values, such as per-image errors, n >= 2.
        second: (n,) values in the same order.
        seed: the same seed gives the same interval.
        resamples: number of bootstrap samples.
        confidence: confidence level, in (0, 1).

    Raises:
        ValueError: there are fewer than two pairs, or a value is not finite.

    Source: Efron, "Bootstrap methods: another look at the jackknife" (1979); percentile interval.
    """
    differences = _differences(first, second)
    generator = np.random.default_rng(seed)
    n = len(differences)
    at_once = max(1, DRAWN_AT_ONCE // n)
    rows = [min(at_once, resamples - start) for start in range(0, resamples, at_once)]
    means = np.concatenate(
        [differences[generator.integers(n, size=(each, n))].mean(axis=1) for each in rows]
    )
    outside = (1 - confidence) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return Interval(float(low), float(high), confidence)


def _differences(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    if len(first) < 2 or first.shape != second.shape:
        raise ValueError(
            "Expected equal shapes and at least two pairs. "
            f"Received: {first.shape=}, {second.shape=}"
        )
    differences = np.subtract(first, second, dtype=np.float64)
    if not np.isfinite(differences).all():
        raise ValueError(f"Expected finite values. Received: {first=}, {second=}")
    return differences
