"""Whether one of two beats the other, measured on the same samples or from the same seeds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.metrics.intervals import Interval


@dataclass(frozen=True)
class Comparison:
    """How two paired measurements differ.

    Args:
        difference: first minus second, on average.
        interval: of the difference.
        p_value: two-sided p-value.
        effect_size: the difference in units of its standard deviation over the pairs (Cohen's d of
            paired values); 0 where all pairs are equal, infinite where all differ alike.
    """

    difference: float
    interval: Interval
    p_value: float
    effect_size: float


def paired_t_test(
    first: NDArray[np.floating], second: NDArray[np.floating], confidence: float = 0.95
) -> Comparison:
    """Compare values of which each pair shares a seed, by Student's t of their differences.

    Args:
        first: (n,) values, n >= 2.
        second: (n,) values in the same order.
        confidence: of the interval, in (0, 1).

    Raises:
        ValueError: there are fewer than two pairs, or values that are not finite.
    """
    from scipy.stats import t

    differences = _differences(first, second)
    mean, count = float(differences.mean()), len(differences)
    spread = float(differences.std(ddof=1))
    if spread == 0:
        p_value = 1.0 if mean == 0 else 0.0
        effect = 0.0 if mean == 0 else float(np.copysign(np.inf, mean))
        return Comparison(mean, Interval(mean, mean, confidence), p_value, effect)
    error = spread / np.sqrt(count)
    reach = float(t.ppf(0.5 + confidence / 2, count - 1)) * error
    p_value = 2 * float(t.sf(abs(mean) / error, count - 1))
    interval = Interval(mean - reach, mean + reach, confidence)
    return Comparison(mean, interval, p_value, mean / spread)


def mcnemar_test(right_first: NDArray[np.bool_], right_second: NDArray[np.bool_]) -> float:
    """Test whether two classifiers are right equally often, by McNemar's exact test.

    Args:
        right_first: (n,) whether the first one was right about each sample.
        right_second: (n,) whether the second one was.

    Returns:
        Two-sided p-value; 1 where they are right about the same samples.

    Raises:
        ValueError: the lengths differ, or there are no samples.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions
        or percentages" (1947).
    """
    from scipy.stats import binomtest

    if len(right_first) == 0 or right_first.shape != right_second.shape:
        raise ValueError(
            "Expected as many samples of both, and at least one. "
            f"Received: {right_first.shape=}, {right_second.shape=}"
        )
    only_first = int(np.sum(right_first & ~right_second))
    only_second = int(np.sum(right_second & ~right_first))
    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second).pvalue)


def paired_bootstrap(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    *,
    seed: int,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> Interval:
    """Give the interval of the mean difference of paired values, by resampling the pairs.

    Args:
        first: (n,) values, such as errors of each image, n >= 2.
        second: (n,) values in the same order.
        seed: the same seed gives the same interval.
        resamples: how often the pairs are drawn anew.
        confidence: in (0, 1).

    Raises:
        ValueError: there are fewer than two pairs, or values that are not finite.

    Source: Efron, "Bootstrap methods: another look at the jackknife" (1979); percentiles.
    """
    differences = _differences(first, second)
    generator = np.random.default_rng(seed)
    means = np.array(
        [
            differences[generator.integers(len(differences), size=len(differences))].mean()
            for _ in range(resamples)
        ]
    )
    outside = (1 - confidence) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return Interval(float(low), float(high), confidence)


def _differences(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    if len(first) < 2 or first.shape != second.shape:
        raise ValueError(f"Expected two pairs or more. Received: {first.shape=}, {second.shape=}")
    differences = np.subtract(first, second, dtype=np.float64)
    if not np.isfinite(differences).all():
        raise ValueError(f"Expected finite values. Received: {first=}, {second=}")
    return differences
