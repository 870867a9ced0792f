"""Verdicts: conclusions computed from evidence by a stated rule, on which an answer branches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from report.errors import nearest
from report.evidence.derivations import count, derived, over_seeds, p_value
from report.evidence.values import Json, Number, Samples

LEVEL = 0.05  # below this p-value a difference is taken for real


class Outcome(str):
    """What a verdict says; comparing it with what it can never say is an error."""

    __slots__ = ("possible",)
    possible: tuple[str, ...]

    def __new__(cls, value: str, possible: tuple[str, ...]) -> Self:
        """Say one of the possible outcomes."""
        outcome = super().__new__(cls, value)
        outcome.possible = possible
        return outcome

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str) and str(other) not in self.possible:
            raise ValueError(
                f"Expected one of the verdict's outcomes ({', '.join(self.possible)})."
                f" Received: {other!r} ({nearest(other, self.possible)})"
            )
        return str.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _by_test(values: Sequence[float], thresholds: Mapping[str, float]) -> int:
    effect, p = values[0], values[1]
    if p >= thresholds["level"] or abs(effect) < thresholds["smallest"]:
        return 2
    return 0 if effect > 0 else 1


def _by_interval(values: Sequence[float], thresholds: Mapping[str, float]) -> int:
    lower, upper = values[0], values[1]
    if lower > thresholds["smallest"]:
        return 0
    return 1 if upper < -thresholds["smallest"] else 2


def _by_threshold(values: Sequence[float], thresholds: Mapping[str, float]) -> int:
    return 0 if values[0] >= thresholds["at_least"] else 1


# Each rule takes the values that a verdict rests on and its thresholds to the outcome's position.
RULES: Mapping[str, Callable[[Sequence[float], Mapping[str, float]], int]] = {
    "test": _by_test,
    "interval": _by_interval,
    "threshold": _by_threshold,
}


@dataclass(frozen=True)
class Verdict:
    """A conclusion and all that it rests on.

    Args:
        name: how answers and the ledger call it.
        rule: name of its rule in `RULES`.
        outcomes: what it can say, in the rule's order.
        thresholds: the rule's, by name.
        numbers: the evidence that the rule reads, in its order.
        basis: the rule in words, for the ledger.
    """

    name: str
    rule: str
    outcomes: tuple[str, ...]
    thresholds: Mapping[str, float]
    numbers: tuple[Number, ...]
    basis: str

    @property
    def outcome(self) -> Outcome:
        """What it says."""
        values = [number.value for number in self.numbers]
        position = RULES[self.rule](values, self.thresholds)
        return Outcome(self.outcomes[position], self.outcomes)

    @property
    def effect(self) -> Number:
        """The effect's size, first minus second."""
        return self.numbers[0]

    @property
    def p_value(self) -> Number:
        """The p-value of a verdict by a test."""
        if self.rule != "test":
            raise ValueError(f"Expected a verdict by a test. Received: {self.name} by {self.rule}")
        return self.numbers[1]

    def __str__(self) -> str:
        raise TypeError(f"Expected verdict({self.name}). Received: {self.name} printed bare")

    def as_json(self, numbers: Sequence[str]) -> Json:
        """Write it for `evidence.json`; `numbers` are the ids of the ledger's entries."""
        return {
            "name": self.name,
            "value": str(self.outcome),
            "rule": self.rule,
            "outcomes": list(self.outcomes),
            "thresholds": dict(self.thresholds),
            "basis": self.basis,
            "numbers": list(numbers),
        }


def over_paired_seeds(
    name: str,
    first: Sequence[Number],
    second: Sequence[Number],
    seeds: Sequence[str],
    *,
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    """Compare two treatments trained with the same seeds, by a paired t test.

    Args:
        name: of the verdict.
        first: one value a seed.
        second: the same seeds.
        seeds: the seeds.
        outcomes: first is greater, first is less, no measurable difference.
        smallest: the least effect worth the name.
    """
    differences = [derived("difference", a, b) for a, b in zip(first, second, strict=True)]
    effect = over_seeds(differences, seeds)
    return Verdict(
        name=name,
        rule="test",
        outcomes=outcomes,
        thresholds={"level": LEVEL, "smallest": smallest},
        numbers=(effect, p_value("p-value of the paired t test", *differences), count(differences)),
        basis=f"a paired t test over seeds, p < {LEVEL}" + _at_least(smallest),
    )


def on_same_samples(
    name: str,
    only_first_right: Number,
    only_second_right: Number,
    samples: Number,
    *,
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    """Compare two classifiers on the same samples, by McNemar's exact test.

    Args:
        name: of the verdict.
        only_first_right: how many samples only the first got right.
        only_second_right: how many only the second got right.
        samples: how many samples there are.
        outcomes: first is better, second is better, no measurable difference.
        smallest: the least difference in accuracy worth the name.
    """
    gain = derived("difference", only_first_right, only_second_right)
    p = p_value("p-value of McNemar's test", only_first_right, only_second_right)
    return Verdict(
        name=name,
        rule="test",
        outcomes=outcomes,
        thresholds={"level": LEVEL, "smallest": smallest},
        numbers=(derived("ratio", gain, samples), p, only_first_right, only_second_right, samples),
        basis=f"McNemar's exact test, p < {LEVEL}" + _at_least(smallest),
    )


def by_bootstrap(
    name: str,
    first: Samples,
    second: Samples,
    *,
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    """Compare one value a sample between two treatments, by the paired bootstrap.

    Args:
        name: of the verdict.
        first: (n,) per-sample values.
        second: (n,) of the same samples.
        outcomes: first is greater, first is less, no measurable difference.
        smallest: how far from nothing the whole interval must lie.
    """
    return Verdict(
        name=name,
        rule="interval",
        outcomes=outcomes,
        thresholds={"smallest": smallest},
        numbers=(
            derived("lower end of the bootstrap interval", first, second),
            derived("upper end of the bootstrap interval", first, second),
            derived("mean difference", first, second),
        ),
        basis=f"whether the 95 % interval of the paired bootstrap lies beyond {smallest}",
    )


def by_threshold(
    name: str, number: Number, *, at_least: float, outcomes: tuple[str, str]
) -> Verdict:
    """Hold a number against a threshold.

    Args:
        name: of the verdict.
        number: what is judged.
        at_least: the threshold.
        outcomes: at or above it, below it.
    """
    return Verdict(
        name=name,
        rule="threshold",
        outcomes=outcomes,
        thresholds={"at_least": at_least},
        numbers=(number,),
        basis=f"the rule that {outcomes[0]!r} means at least {at_least}",
    )


def _at_least(smallest: float) -> str:
    return f" and an effect of at least {smallest}" if smallest else ""
