"""The rules by which a report derives values, so that `verify` can compute them again.

Each rule is a pure function of floats (or of arrays, one value per sample) and is named in
`evidence.json`; the functions below `RULES` apply them to evidence.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING

from report.evidence.values import Derived, Form, Number, Samples

if TYPE_CHECKING:
    import numpy as np

CONFIDENCE = 0.95
MOST_DISCORDANT = 1_000_000  # samples; no image data set has more
RESAMPLES = 2_000  # of a bootstrap: its interval's ends vary by some 2 % of the interval's width
BOOTSTRAP_SEED = 20_170_825


def wilson(proportion: float, n: float, side: int) -> float:
    """Compute one end of the Wilson score interval of a proportion.

    Args:
        proportion: successes over trials, in [0, 1].
        n: trials.
        side: -1 for the lower end, 1 for the upper.

    Source: Wilson, Probable inference (1927), eq. 6.

    >>> [round(wilson(0.9, 100, side), 4) for side in (-1, 1)]
    [0.8256, 0.9448]
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    centre = proportion + z * z / (2 * n)
    half = z * math.sqrt(proportion * (1 - proportion) / n + z * z / (4 * n * n))
    return (centre + side * half) / (1 + z * z / n)


def mcnemar(only_first: float, only_second: float) -> float:
    """Compute the two-sided p-value of McNemar's exact test.

    Args:
        only_first: samples that only the first classifier got right.
        only_second: samples that only the second classifier got right.

    Raises:
        ValueError: they are not counts, or larger than any image data set allows.

    Source: McNemar (1947); the exact form is a sign test of the discordant samples.

    >>> mcnemar(5, 5)
    1.0
    >>> round(mcnemar(2, 12), 5)
    0.01294
    """
    if min(only_first, only_second) < 0 or only_first + only_second > MOST_DISCORDANT:
        raise ValueError(
            f"Expected counts from 0 to {MOST_DISCORDANT:,} for McNemar's test."
            f" Received: {only_first!r} and {only_second!r}"
        )
    from scipy.special import bdtr  # takes 0.2 s; other values do not need it

    n, fewer = round(only_first + only_second), round(min(only_first, only_second))
    return min(1.0, 2 * float(bdtr(fewer, n, 0.5)))


def paired_t(differences: Sequence[float]) -> float:
    """Compute the two-sided p-value of the paired t test.

    Args:
        differences: one per pair; at least two.

    >>> round(paired_t([0.1, 0.2, 0.3]), 4)
    0.0742
    """
    from scipy.special import stdtr

    n, spread = len(differences), stdev(differences)
    if spread == 0:
        return 1.0 if fmean(differences) == 0 else 0.0
    t = abs(fmean(differences)) / (spread / math.sqrt(n))
    return 2 * float(stdtr(n - 1, -t))


def bootstrap(first: "np.ndarray", second: "np.ndarray", side: int) -> float:
    """Compute one end of the paired bootstrap interval of mean(first - second).

    Args:
        first: (n,) one value per sample.
        second: (n,) values of the same samples.
        side: -1 for the lower end, 1 for the upper.

    Source: Efron and Tibshirani, An introduction to the bootstrap (1993), section 13.3.
    """
    import numpy as np

    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    means = _resampled_means(differences.tobytes())
    return float(np.quantile(means, (1 + side * CONFIDENCE) / 2))


@lru_cache(maxsize=32)
def _resampled_means(differences: bytes) -> "np.ndarray":
    """Compute the means of the bootstrap's resamples; both ends of an interval use them.

    Args:
        differences: bytes of a float64 array, one difference per pair.
    """
    import numpy as np

    values = np.frombuffer(differences)
    random = np.random.default_rng(BOOTSTRAP_SEED)
    n = len(values)
    return np.array([values[random.integers(0, n, n)].mean() for _ in range(RESAMPLES)])


def _only_first_right(
    y_true: "np.ndarray", first_pred: "np.ndarray", second_pred: "np.ndarray"
) -> float:
    return float(((first_pred == y_true) & (second_pred != y_true)).sum())


RULES: Mapping[str, Callable[..., float]] = {
    "mean": lambda *values: fmean(values),
    "standard deviation": lambda *values: stdev(values),
    "difference": lambda first, second: first - second,
    "ratio": lambda first, second: first / second,
    "sum": lambda *values: math.fsum(values),
    "smallest": min,
    "largest": max,
    "count": lambda *values: len(values),
    "number of values": len,
    "lower end of the Wilson interval": lambda proportion, n: wilson(proportion, n, -1),
    "upper end of the Wilson interval": lambda proportion, n: wilson(proportion, n, 1),
    "p-value of McNemar's test": mcnemar,
    "p-value of the paired t test": lambda *differences: paired_t(differences),
    "right by the first alone": _only_first_right,
    "mean difference": lambda first, second: float((first - second).mean()),
    "lower end of the bootstrap interval": lambda first, second: bootstrap(first, second, -1),
    "upper end of the bootstrap interval": lambda first, second: bootstrap(first, second, 1),
}


def apply(rule: str, values: Sequence["float | np.ndarray"]) -> float:
    """Apply a rule to the values of its parts.

    Raises:
        KeyError: the rule does not exist.
        ValueError: the rule is undefined for these values, such as the ratio of 1 and 0.
    """
    try:
        return float(RULES[rule](*values))
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        received = ", ".join(f"{value!r:.40}" for value in values[:4])
        raise ValueError(
            f"Expected values that have a {rule}. Received: {received} ({error})"
        ) from error


def derived(rule: str, *parts: Number | Samples, form: Form = Form.MEASURED) -> Number:
    """Derive a number from others by a rule."""
    values = [part.values if isinstance(part, Samples) else part.value for part in parts]
    source = Derived(rule, parts)
    try:
        return Number(apply(rule, values), source, form)
    except ValueError as error:
        read = ", ".join(dict.fromkeys(map(_read_from, parts)))
        raise ValueError(f"{error}, read from {read}") from error


def _read_from(part: Number | Samples) -> str:
    if isinstance(part, Number):
        return part.where
    return f"array {part.array} of run {part.origin.run} ({part.origin.run_id})"


def proportion(value: Number, of: Number) -> Number:
    """Add the Wilson interval to a proportion (an accuracy, a share).

    Args:
        value: the proportion, in [0, 1].
        of: the number of trials.

    Raises:
        ValueError: the value is not a share, or there are no trials.
    """
    if not 0 <= value.value <= 1:
        raise ValueError(f"Expected a share from 0 to 1 as {value.where}. Received: {value.value}")
    if of.value < 1 or of.value != round(of.value):
        raise ValueError(f"Expected a whole number from 1 as {of.where}. Received: {of.value}")
    ends = tuple(
        Number(
            wilson(value.value, of.value, side),
            Derived(f"{name} end of the Wilson interval", (value, of)),
        )
        for side, name in ((-1, "lower"), (1, "upper"))
    )
    error = (ends[1].value - ends[0].value) / 2
    lower, upper = (replace(end, error=error) for end in ends)
    return replace(value, error=error, bounds=(lower, upper))


def between(value: Number, low: Number, high: Number) -> Number:
    """Add the 95 % interval that the run measured to a value.

    Args:
        value: the measured value.
        low: lower end of its interval.
        high: upper end of its interval.

    Raises:
        ValueError: the value lies outside the interval.
    """
    if not low.value <= value.value <= high.value:
        raise ValueError(f"Expected {low.value} <= value <= {high.value}. Received: {value.value}")
    error = (high.value - low.value) / 2
    lower, upper = (replace(end, error=error) for end in (low, high))
    return replace(value, error=error, bounds=(lower, upper))


def difference(first: Number, second: Number) -> Number:
    """Subtract the second from the first; the error combines both errors."""
    error = None
    if first.error is not None and second.error is not None:
        error = math.hypot(first.error, second.error)
    return replace(derived("difference", first, second), error=error)


def ratio(first: Number, second: Number) -> Number:
    """Divide the first by the second."""
    return derived("ratio", first, second)


def count(parts: Sequence[Number]) -> Number:
    """Count the values."""
    return derived("count", *parts, form=Form.COUNT)


def over_seeds(values: Sequence[Number], seeds: Sequence[str]) -> Number:
    """Compute the mean over seeds, with the standard deviation.

    Args:
        values: one per seed; at least two.
        seeds: the seeds, or other labels, such as a network and its seed; with other labels, the
            ledger lists the run's seed instead.
    """
    if len(values) < 2 or len(values) != len(seeds):
        raise ValueError(
            "Expected one value per seed, and at least two seeds."
            f" Received: {len(values)} values, {len(seeds)} seeds"
        )
    spread = derived("standard deviation", *values)
    mean = derived("mean", *values)
    known = spread.value or None
    named = tuple(seeds) if all(seed.isdecimal() for seed in seeds) else ()
    return replace(mean, error=known, spread=replace(spread, error=known), seeds=named)


def p_value(rule: str, *parts: Number) -> Number:
    """Compute the p-value of a test."""
    return derived(rule, *parts, form=Form.P_VALUE)
