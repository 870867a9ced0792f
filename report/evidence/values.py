"""Evidence: values that remember the run that vouches for them.

A `Number` keeps the exact value and where it came from; what is printed of it is decided by
`report.answers.printing`, and that it was printed is recorded by `report.answers.ledger`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Json = dict[str, Any]
LARGEST = 1e15  # no quantity of a study is as large; beyond it, floats skip whole numbers
LONGEST_TEXT = 2_000  # characters of a setting or remark that a page can carry


@dataclass(frozen=True)
class Origin:
    """The run that a value was read from.

    Args:
        run_id: its id.
        run: its name.
        seed: its seed.
        address: of the run in MLflow's page.
    """

    run_id: str
    run: str
    seed: str
    address: str


@dataclass(frozen=True)
class MetricSource:
    """A metric of a run at a step."""

    origin: Origin
    metric: str
    step: int

    def as_json(self) -> Json:
        """Say where the value stands, in the words of `evidence.json`."""
        return {"run_id": self.origin.run_id, "metric": self.metric, "step": self.step}

    def in_words(self) -> str:
        """Say where the value stands, for the ledger."""
        return f"{self.metric} at step {self.step}" if self.step else self.metric


@dataclass(frozen=True)
class ParamSource:
    """A parameter of a run."""

    origin: Origin
    param: str

    def as_json(self) -> Json:
        """Say where the value stands, in the words of `evidence.json`."""
        return {"run_id": self.origin.run_id, "param": self.param}

    def in_words(self) -> str:
        """Say where the value stands, for the ledger."""
        return f"setting {self.param}"


@dataclass(frozen=True)
class CellSource:
    """A cell of a run's table; rows count from 0, below the header."""

    origin: Origin
    table: str
    row: int
    column: str

    def as_json(self) -> Json:
        """Say where the value stands, in the words of `evidence.json`."""
        return {
            "run_id": self.origin.run_id,
            "table": self.table,
            "row": self.row,
            "column": self.column,
        }

    def in_words(self) -> str:
        """Say where the value stands, for the ledger."""
        return f"{self.column} in row {self.row + 1} of table {self.table}"


@dataclass(frozen=True)
class Samples:
    """One value a sample: an array of a run. It is evidence for others, never printed itself."""

    origin: Origin
    array: str
    values: np.ndarray = field(compare=False)  # (n,)

    def as_json(self) -> Json:
        """Say where the values stand, in the words of `evidence.json`."""
        return {"run_id": self.origin.run_id, "array": self.array}


@dataclass(frozen=True)
class Derived:
    """A value computed from others by one of the rules of `report.evidence.derivations`."""

    rule: str
    parts: tuple[Number | Samples, ...]

    @property
    def origin(self) -> Origin:
        """The run of the first part."""
        first = self.parts[0]
        return first.origin if isinstance(first, Samples) else first.source.origin

    def as_json(self) -> Json:
        """Say what it was computed from, in the words of `evidence.json`."""
        parts = [
            part.as_json()
            if isinstance(part, Samples)
            else {"value": part.value, **part.source.as_json()}
            for part in self.parts
        ]
        return {"run_id": self.origin.run_id, "derived": {"rule": self.rule, "from": parts}}

    def in_words(self) -> str:
        """Say what it was computed from, for the ledger."""
        named = list(dict.fromkeys(_part_in_words(part) for part in self.parts))
        if len(self.parts) > 2 and len(named) > 2:
            return f"{self.rule} of {len(self.parts)} values, the first of them {named[0]}"
        return f"{self.rule} of {_listed(named)}"


def _part_in_words(part: Number | Samples) -> str:
    if isinstance(part, Samples):
        return f"array {part.array}"
    if isinstance(part.source, Derived):
        return f"({part.source.in_words()})"
    return part.source.in_words()


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


Source = MetricSource | ParamSource | CellSource | Derived
SHARES = ("accuracy", "share")  # how the names of quantities in [0, 1] end


def is_share(source: Source) -> bool:
    """Whether a value is a share, by the name that its stage gave it: `test_accuracy`."""
    if isinstance(source, MetricSource):
        return source.metric.rpartition("_")[2] in SHARES
    return isinstance(source, CellSource) and source.column.rpartition("_")[2] in SHARES


class Form(StrEnum):
    """What kind of number it is, which decides how it is printed."""

    MEASURED = "measured"  # rounded to what is known
    EXACT = "exact"  # a setting: printed as it was set
    COUNT = "count"  # a whole number
    SECONDS = "seconds"  # a duration, printed in the unit that suits it
    BYTES = "bytes"  # a size, printed in the unit that suits it
    P_VALUE = "p-value"  # printed with its relation sign


@dataclass(frozen=True, eq=False)
class Number:
    """A number that a run vouches for.

    Args:
        value: exactly as stored.
        source: where it stands in the store.
        form: what kind of number it is.
        unit: printed after it, such as `images/s`; empty for none.
        error: half-width of what is known about it, in its own unit; None where unknown.
        bounds: ends of its 95 % interval.
        spread: standard deviation over seeds.
        seeds: the seeds that it was measured over.
        meaning: what it is, in the study's words.
    """

    value: float
    source: Source
    form: Form = Form.MEASURED
    unit: str = ""
    error: float | None = None
    bounds: tuple[Number, Number] | None = None
    spread: Number | None = None
    seeds: tuple[str, ...] = ()
    meaning: str = ""

    def __post_init__(self) -> None:
        if not abs(self.value) <= LARGEST:
            raise ValueError(
                f"Expected a finite value of at most {LARGEST:g} as {self.where}."
                f" Received: {self.value}"
            )

    def as_named(self) -> Number:
        """Hold it against its name: what is called an accuracy or a share lies in [0, 1].

        Raises:
            ValueError: it does not.
        """
        if is_share(self.source) and not 0 <= self.value <= 1:
            raise ValueError(
                f"Expected a share from 0 to 1 as {self.where}. Received: {self.value}"
            )
        return self

    @property
    def where(self) -> str:
        """Where it stands in the store, for errors."""
        origin = self.source.origin
        return f"{self.source.in_words()} of run {origin.run} ({origin.run_id})"

    def counted(self) -> Number:
        """Read it as a whole number.

        Raises:
            ValueError: it is not one.
        """
        if self.value != round(self.value):
            raise ValueError(f"Expected a whole number as {self.where}. Received: {self.value}")
        if not isinstance(self.source, Derived):
            self._require_from_zero()
        return replace(self, form=Form.COUNT)

    def seconds(self) -> Number:
        """Read it as a duration in seconds."""
        self._require_from_zero()
        return replace(self, form=Form.SECONDS)

    def size_in_bytes(self) -> Number:
        """Read it as a size in bytes."""
        self._require_from_zero()
        return replace(self, form=Form.BYTES)

    def meaning_that(self, meaning: str) -> Number:
        """Say what it is; the ends of its interval and its spread then say what they are."""
        bounds, spread = self.bounds, self.spread
        if bounds:
            low, high = bounds
            bounds = (
                replace(low, meaning=f"lower end of the 95 % interval: {meaning}"),
                replace(high, meaning=f"upper end of the 95 % interval: {meaning}"),
            )
        if spread:
            spread = replace(spread, meaning=f"standard deviation over seeds: {meaning}")
        return replace(self, meaning=meaning, bounds=bounds, spread=spread)

    def _require_from_zero(self) -> None:
        if self.value < 0:
            raise ValueError(f"Expected a number from 0 as {self.where}. Received: {self.value}")

    def __str__(self) -> str:
        raise TypeError(
            f"Expected a number printed through the filter num, as in {{{{ name | num }}}}."
            f" Received: {self.source.in_words()} printed bare"
        )

    def __float__(self) -> float:
        return float(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number | int | float):
            return self.value == float(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: Number | float) -> bool:
        return self.value < float(other)

    def __le__(self, other: Number | float) -> bool:
        return self.value <= float(other)

    def __gt__(self, other: Number | float) -> bool:
        return self.value > float(other)

    def __ge__(self, other: Number | float) -> bool:
        return self.value >= float(other)


@dataclass(frozen=True, eq=False)
class Text:
    """A word that a run vouches for: a class's name, an optimiser, a note.

    It comes from people or from settings and is printed as it is: never read as HTML, as Jinja
    or as Markdown. To that end it passes through a template as an opaque token.
    """

    value: str
    source: ParamSource | CellSource

    def __post_init__(self) -> None:
        origin, length = self.source.origin, len(self.value)
        if length > LONGEST_TEXT:
            raise ValueError(
                f"Expected at most {LONGEST_TEXT:,} characters as {self.source.in_words()} of run"
                f" {origin.run} ({origin.run_id}). Received: {length:,}"
            )

    def __str__(self) -> str:
        said = {"text": self.value, **self.source.as_json()}
        return token("x", json.dumps(said, ensure_ascii=False).encode().hex())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return self.value == other.value
        return self.value == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)


# Private-use characters, which no Markdown, HTML or Jinja reads as anything.
TOKEN_START, TOKEN_END = "\ue000", "\ue001"


def token(kind: str, payload: str) -> str:
    """Wrap a payload of hexadecimal digits so that templates and Markdown leave it alone."""
    return f"{TOKEN_START}{kind}{payload}{TOKEN_END}"
