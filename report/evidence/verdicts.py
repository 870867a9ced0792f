"""Verdicts: conclusions drawn from evidence by a stated rule, on which answers branch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from contract.spelling import nearest
from report.evidence.derivations import count, derived, over_seeds, p_value
from report.evidence.values import Json, Number, Samples

LEVEL = 0.05  # significance level
Outcomes = tuple[str, str, str]  # first is greater, first is less, no measurable difference


class Outcome(str):
    """A verdict's outcome; comparing it with an impossible outcome is an error."""

    __slots__ = ("possible",)
    possible: tuple[str, ...]

    def __new__(cls, value: str, possible: tuple[str, ...]) -> Self:
        """Create one of the possible outcomes."""
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
    at_least = thresholds["at_least"] if thresholds else values[1]
    return 0 if values[0] >= at_least else 1


def _as_decided(values: Sequence[float], _thresholds: Mapping[str, float]) -> int:
    return 0 if values[0] == 1 else 1


# Each rule maps a verdict's numbers and thresholds to the position of its outcome.
RULES: Mapping[str, Callable[[Sequence[float], Mapping[str, float]], int]] = {
    "test": _by_test,
    "interval": _by_interval,
    "threshold": _by_threshold,
    "decision": _as_decided,
}


@dataclass(frozen=True)
class Verdict:
    """A conclusion with its evidence.

    Args:
        name: its name in answers and in the ledger.
        rule: name of its rule in `RULES`.
        outcomes: its possible outcomes, in the rule's order.
        thresholds: the rule's thresholds, by name.
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
        """The outcome."""
        values = [number.value for number in self.numbers]
        position = RULES[self.rule](values, self.thresholds)
        return Outcome(self.outcomes[position], self.outcomes)

    @property
    def effect(self) -> Number:
        """Size of the effect, first minus second."""
        return self.numbers[0]

    @property
    def p_value(self) -> Number:
        """The p-value of a verdict by a test."""
        if self.rule != "test":
            raise ValueError(f"Expected a verdict by a test. Received: {self.name} by {self.rule}")
        return self.numbers[1]

    def __str__(self) -> str:
        raise TypeError(f"Expected verdict({self.name}). Received: {self.name} printed directly")

    def as_json(self, numbers: Sequence[str]) -> Json:
        """Convert it for `evidence.json`; `numbers` are the ids of its ledger entries."""
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
    meaning: str,
    first: Sequence[Number],
    second: Sequence[Number],
    seeds: Sequence[str],
    *,
    outcomes: Outcomes,
    smallest: float = 0.0,
) -> Verdict:
    """Compare two treatments trained with the same seeds, by a paired t test.

    Args:
        name: name of the verdict.
        meaning: what is compared.
        first: the first treatment's values, one per seed.
        second: the second treatment's values, for the same seeds.
        seeds: the seeds.
        outcomes: first is greater, first is less, no measurable difference.
        smallest: smallest effect that counts.
    """
    differences = [derived("difference", a, b) for a, b in zip(first, second, strict=True)]
    effect = over_seeds(differences, seeds)
    p = p_value("p-value of the paired t test", *differences)
    return Verdict(
        name=name,
        rule="test",
        outcomes=outcomes,
        thresholds={"level": LEVEL, "smallest": smallest},
        numbers=(
            effect.meaning_that(f"mean difference: {meaning}"),
            p.meaning_that(f"two-sided p-value: {meaning}"),
            count(differences).meaning_that(f"pairs: {meaning}"),
        ),
        basis=f"a paired t test over seeds, p < {LEVEL}" + _at_least(smallest),
    )


def on_same_samples(
    name: str,
    meaning: str,
    y_true: Samples,
    first_pred: Samples,
    second_pred: Samples,
    *,
    outcomes: Outcomes,
    smallest: float = 0.0,
) -> Verdict:
    """Compare two classifiers on the same samples, by McNemar's exact test.

    Args:
        name: name of the verdict.
        meaning: what is compared.
        y_true: (n,) true labels.
        first_pred: (n,) labels predicted by the first.
        second_pred: (n,) labels predicted by the second.
        outcomes: first is better, second is better, no measurable difference.
        smallest: smallest difference in accuracy that counts.

    Raises:
        ValueError: the arrays are not of the same samples.
    """
    shapes = {part.array: part.values.shape for part in (y_true, first_pred, second_pred)}
    if len(set(shapes.values())) != 1 or not y_true.values.size:
        raise ValueError(f"Expected labels of the same samples for {name}. Received: {shapes}")
    only_first = derived("right by the first alone", y_true, first_pred, second_pred).counted()
    only_second = derived("right by the first alone", y_true, second_pred, first_pred).counted()
    samples = derived("number of values", y_true).counted()
    gain = derived("ratio", derived("difference", only_first, only_second), samples)
    return Verdict(
        name=name,
        rule="test",
        outcomes=outcomes,
        thresholds={"level": LEVEL, "smallest": smallest},
        numbers=(
            gain.meaning_that(f"difference in accuracy: {meaning}"),
            p_value("p-value of McNemar's test", only_first, only_second).meaning_that(
                f"two-sided p-value: {meaning}"
            ),
            only_first.meaning_that(f"samples that only the first gets right: {meaning}"),
            only_second.meaning_that(f"samples that only the second gets right: {meaning}"),
            samples.meaning_that(f"samples: {meaning}"),
        ),
        basis=f"McNemar's exact test, p < {LEVEL}" + _at_least(smallest),
    )


def by_bootstrap(
    name: str,
    meaning: str,
    first: Samples,
    second: Samples,
    *,
    outcomes: Outcomes,
    smallest: float = 0.0,
) -> Verdict:
    """Compare two treatments by one value per sample, with the paired bootstrap.

    Args:
        name: name of the verdict.
        meaning: what is compared.
        first: (n,) values per sample.
        second: (n,) values of the same samples.
        outcomes: first is greater, first is less, no measurable difference.
        smallest: smallest distance of the whole interval from zero that counts.

    Raises:
        ValueError: the arrays are not of the same samples.
    """
    if first.values.shape != second.values.shape or not first.values.size:
        raise ValueError(
            f"Expected values of the same samples for {name}."
            f" Received: {first.values.shape} and {second.values.shape}"
        )
    low, high, mean = (
        derived(rule, first, second)
        for rule in (
            "lower end of the bootstrap interval",
            "upper end of the bootstrap interval",
            "mean difference",
        )
    )
    return Verdict(
        name=name,
        rule="interval",
        outcomes=outcomes,
        thresholds={"smallest": smallest},
        numbers=(
            low.meaning_that(f"lower end of the 95 % interval of the difference: {meaning}"),
            high.meaning_that(f"upper end of the 95 % interval of the difference: {meaning}"),
            mean.meaning_that(f"mean difference: {meaning}"),
        ),
        basis=f"whether the 95 % interval of the paired bootstrap lies beyond {smallest}",
    )


def by_threshold(
    name: str, meaning: str, number: Number, *, at_least: float | Number, outcomes: tuple[str, str]
) -> Verdict:
    """Compare a number with a threshold.

    Args:
        name: name of the verdict.
        meaning: what is judged.
        number: the number compared.
        at_least: the threshold: the report's own, or one that a stage used and logged.
        outcomes: the outcome at or above the threshold, then the outcome below it.
    """
    if isinstance(at_least, Number):
        own: Mapping[str, float] = {}
        numbers: tuple[Number, ...]
        numbers, limit = (number, at_least.meaning_that(f"threshold: {meaning}")), at_least.value
    else:
        own, numbers, limit = {"at_least": at_least}, (number,), at_least
    return Verdict(
        name=name,
        rule="threshold",
        outcomes=outcomes,
        thresholds=own,
        numbers=numbers,
        basis=f"the rule that {outcomes[0]!r} means at least {limit:g}",
    )


def as_decided(
    name: str,
    meaning: str,
    decided: Number,
    by: tuple[Number, ...],
    *,
    outcomes: tuple[str, str],
) -> Verdict:
    """Report a stage's decision and the numbers it was based on.

    Args:
        name: name of the verdict.
        meaning: what was decided.
        decided: 1 for the first outcome, 0 for the second.
        by: the numbers that the decision was based on.
        outcomes: the outcome for 1, then the outcome for 0.

    Raises:
        ValueError: the stage logged a value other than 0 or 1.
    """
    if decided.value not in {0, 1}:
        raise ValueError(f"Expected 0 or 1 as decision {name}. Received: {decided.value}")
    return Verdict(
        name=name,
        rule="decision",
        outcomes=outcomes,
        thresholds={},
        numbers=(decided.counted().meaning_that(f"decided by the stage: {meaning}"), *by),
        basis="what the stage decided and logged",
    )


def _at_least(smallest: float) -> str:
    return f" and an effect of at least {smallest}" if smallest else ""
