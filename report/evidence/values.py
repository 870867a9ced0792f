"""Evidence: values that remember the run they come from.

A `Number` keeps the exact value and its source. `report.answers.printing` decides how it is
printed, and `report.answers.ledger` records that it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from report.store.contents import LARGEST

if TYPE_CHECKING:
    import numpy as np

Json = dict[str, Any]
LONGEST_TEXT = 2_000  # longest setting or remark, in characters, that fits a page


@dataclass(frozen=True)
class Origin:
    """The run that a value was read from.

    Args:
        run_id: id of the run.
        run: name of the run.
        seed: seed of the run.
        address: URL of the run in MLflow's web interface.
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
        """Describe the source for `evidence.json`."""
        return {"run_id": self.origin.run_id, "metric": self.metric, "step": self.step}


@dataclass(frozen=True)
class ParamSource:
    """A parameter of a run."""

    origin: Origin
    param: str

    def as_json(self) -> Json:
        """Describe the source for `evidence.json`."""
        return {"run_id": self.origin.run_id, "param": self.param}


@dataclass(frozen=True)
class CellSource:
    """A cell of a run's table; rows count from 0, below the header."""

    origin: Origin
    table: str
    row: int
    column: str

    def as_json(self) -> Json:
        """Describe the source for `evidence.json`."""
        return {
            "run_id": self.origin.run_id,
            "table": self.table,
            "row": self.row,
            "column": self.column,
        }


@dataclass(frozen=True)
class Samples:
    """An array of a run with one value per sample; used to derive others, never printed itself."""

    origin: Origin
    array: str
    values: np.ndarray = field(compare=False)  # (n,)

    def as_json(self) -> Json:
        """Describe the source for `evidence.json`."""
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
        """Describe the derivation for `evidence.json`."""
        parts = [
            part.as_json()
            if isinstance(part, Samples)
            else {"value": part.value, **part.source.as_json()}
            for part in self.parts
        ]
        return {"run_id": self.origin.run_id, "derived": {"rule": self.rule, "from": parts}}


def in_words(source: Json) -> str:
    """Describe a value's source, as written in `evidence.json`, for the ledger.

    >>> in_words({"metric": "accuracy", "step": 0}), in_words({"param": "epochs"})
    ('accuracy', 'setting epochs')
    """
    if "metric" in source:
        step = source["step"]
        return f"{source['metric']} at step {step}" if step else str(source["metric"])
    if "param" in source:
        return f"setting {source['param']}"
    if "table" in source:
        return f"{source['column']} in row {source['row'] + 1} of table {source['table']}"
    if "array" in source:
        return f"array {source['array']}"
    rule, parts = source["derived"]["rule"], source["derived"]["from"]
    named = list(dict.fromkeys(_part_in_words(part) for part in parts))
    if len(parts) > 2 and len(named) > 2:
        return f"{rule} of {len(parts)} values, the first of them {named[0]}"
    return f"{rule} of {_listed(named)}"


def _part_in_words(part: Json) -> str:
    return f"({in_words(part)})" if "derived" in part else in_words(part)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


Source = MetricSource | ParamSource | CellSource | Derived
SHARES = ("accuracy", "share")  # endings of the names of quantities in [0, 1]


def is_share(source: Source) -> bool:
    """Whether a value is a share, judging by its name: `test_accuracy`."""
    if isinstance(source, MetricSource):
        return source.metric.rpartition("_")[2] in SHARES
    return isinstance(source, CellSource) and source.column.rpartition("_")[2] in SHARES


class Form(StrEnum):
    """The kind of a number, which decides how it is printed."""

    MEASURED = "measured"  # rounded to its known digits
    EXACT = "exact"  # a setting: printed as set
    COUNT = "count"  # a whole number
    SECONDS = "seconds"  # a duration, printed in a suitable unit
    BYTES = "bytes"  # a size, printed in a suitable unit
    P_VALUE = "p-value"  # printed with its relation sign (p <)


@dataclass(frozen=True, eq=False)
class Number:
    """A number from a run.

    Args:
        value: exactly as stored.
        source: where it is in the store.
        form: the kind of number.
        unit: printed after it, such as `images/s`; may be empty.
        error: half-width of its uncertainty, in its own unit; None if unknown.
        bounds: ends of its 95 % interval.
        spread: standard deviation over seeds.
        seeds: the seeds it was measured with.
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
        """Check it against its name: an accuracy or a share lies in [0, 1].

        Raises:
            ValueError: it lies outside.
        """
        if is_share(self.source) and not 0 <= self.value <= 1:
            raise ValueError(
                f"Expected a share from 0 to 1 as {self.where}. Received: {self.value}"
            )
        return self

    @property
    def where(self) -> str:
        """Where it is in the store, for messages."""
        origin = self.source.origin
        return f"{in_words(self.source.as_json())} of run {origin.run} ({origin.run_id})"

    def counted(self) -> Number:
        """Read it as a whole number.

        Raises:
            ValueError: it is not a whole number.
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
        """Set the meaning of the number, of its interval's ends and of its spread."""
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
            f" Received: {in_words(self.source.as_json())} printed without it"
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
    """A text from a run: a class name, an optimiser, a note.

    It comes from people or settings and is printed literally, never interpreted as HTML, Jinja
    or Markdown. That is why it passes through a template as an opaque token.
    """

    value: str
    source: ParamSource | CellSource

    def __post_init__(self) -> None:
        origin, length = self.source.origin, len(self.value)
        if length > LONGEST_TEXT:
            where = in_words(self.source.as_json())
            raise ValueError(
                f"Expected at most {LONGEST_TEXT:,} characters as {where} of run"
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


# Private-use characters, which have no meaning in Markdown, HTML or Jinja.
TOKEN_START, TOKEN_END = "\ue000", "\ue001"


def token(kind: str, payload: str) -> str:
    """Wrap a payload of hexadecimal digits so that templates and Markdown do not change it."""
    return f"{TOKEN_START}{kind}{payload}{TOKEN_END}"
