"""Describe what a search may vary: plain frozen values, so that a fingerprint can hold them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lib.tracking.results import Scalar


@dataclass(frozen=True, init=False)
class Choice:
    """One of a few values; the order matters if they are numbers.

    >>> Choice(64, 128).values
    (64, 128)

    Args:
        values: distinct values.

    Raises:
        ValueError: no value, or one twice.
    """

    values: tuple[Scalar, ...]

    def __init__(self, *values: Scalar) -> None:
        kinds = {(type(value), value) for value in values}  # 1, 1.0 and True are three values
        if not values or len(kinds) < len(values):
            raise ValueError(f"Expected distinct values, at least one. Received: {values=}")
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Int:
    """An integer.

    Args:
        low: smallest value.
        high: largest value, inclusive.
        step: distance between neighbours, starting at `low`.

    Raises:
        ValueError: the range is empty.
    """

    low: int
    high: int
    step: int = 1

    def __post_init__(self) -> None:
        if self.low > self.high or self.step < 1:
            raise ValueError(f"Expected low <= high and step >= 1. Received: {self}")

    @property
    def values(self) -> tuple[int, ...]:
        """All values, in order."""
        return tuple(range(self.low, self.high + 1, self.step))


@dataclass(frozen=True)
class Float:
    """A real number.

    Args:
        low: smallest value.
        high: largest value.
        log: whether equal ratios, rather than equal differences, are equally likely.

    Raises:
        ValueError: the range is empty or not finite, or has no logarithm.
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        finite = math.isfinite(self.low) and math.isfinite(self.high)
        if not finite or self.low >= self.high or (self.log and self.low <= 0):
            raise ValueError(f"Expected low < high, above 0 if log. Received: {self}")


Hyperparameter = Choice | Int | Float
Space = Mapping[str, Hyperparameter]


def combinations(space: Space) -> int | None:
    """Count the points of a space; None if a real number makes it infinite.

    >>> combinations({"units": Choice(64, 128), "layers": Int(1, 3)})
    6
    """
    counts = []
    for hyperparameter in space.values():
        if isinstance(hyperparameter, Float):
            return None
        counts.append(len(hyperparameter.values))
    return math.prod(counts)
