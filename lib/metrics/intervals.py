"""Confidence intervals of proportions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Args:
        low: lower bound.
        high: upper bound.
        confidence: confidence level, in (0, 1).
    """

    low: float
    high: float
    confidence: float = 0.95


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Compute the Wilson score interval of a proportion, valid even near 0 and 1.

    >>> interval = wilson_interval(92, 100)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.85, 0.9589)

    Args:
        successes: number of successes.
        trials: number of trials.
        confidence: confidence level, in (0, 1).

    Raises:
        ValueError: there are no trials, or more successes than trials.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    from scipy.stats import binomtest  # takes half a second, and planning a study does not need it

    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(
            f"Expected trials >= 1 and 0 <= successes <= trials. Received: {successes=}, {trials=}"
        )
    found = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return Interval(float(found.low), float(found.high), confidence)
