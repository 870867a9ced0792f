"""Declare a quantity once: its name, its meaning, and the rule that reads or derives it.

A declaration is data. It can be listed without a store, written to JSON and read back, so a PDF
carries the declarations of its report and `verify` does not need the study's code. The rules
themselves are in `report.evidence.reading`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contract.spelling import nearest
from report.evidence import reading
from report.evidence.values import Json

WORDS = frozenset({"num", "verdict", "require", "allow", "figure", "table"})  # of answers


@dataclass(frozen=True)
class Declared:
    """A quantity, not yet read.

    Args:
        rule: name of the rule in `report.evidence.reading.RULES`.
        meaning: what it is, in words for a reader of the ledger; optional for a part of another
            quantity.
        arguments: the rule's arguments: texts, numbers, and other quantities by name or inline.

    Raises:
        ValueError: the rule does not exist or does not take these arguments.
    """

    rule: str
    meaning: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule not in reading.RULES:
            raise ValueError(
                f"Expected a rule that reads a quantity. Received: {self.rule}"
                f" ({nearest(self.rule, reading.RULES)})"
            )
        try:
            inspect.signature(reading.RULES[self.rule]).bind(None, **self.arguments)
        except TypeError as error:
            raise ValueError(f"Expected the arguments of rule {self.rule}: {error}") from None

    def parts(self) -> Iterator[str | Declared]:
        """List the quantities it is derived from, by name or inline."""
        named = reading.quantities(self.rule)
        for name, given in self.arguments.items():
            listed = given.values() if isinstance(given, Mapping) else given
            for part in listed if isinstance(given, tuple | Mapping) else (given,):
                if isinstance(part, Declared) or (isinstance(part, str) and name in named):
                    yield part

    def as_json(self) -> Json:
        """Convert it to JSON; `from_json` reads it back."""
        said = {name: _as_json(value) for name, value in self.arguments.items()}
        return {"rule": self.rule, **({"meaning": self.meaning} if self.meaning else {}), **said}

    def decides(self) -> Json:
        """Convert it to JSON without its meaning: only what determines its value."""
        return _without_meanings(self.as_json())

    @classmethod
    def from_json(cls, said: Json) -> Declared:
        """Read what `as_json` wrote.

        Raises:
            ValueError: the JSON has another form.
        """
        given = {name: _from_json(value) for name, value in said.items()}
        rule, meaning = given.pop("rule", None), given.pop("meaning", "")
        if not isinstance(rule, str) or not isinstance(meaning, str):
            raise ValueError(f"Expected the rule and the meaning of a quantity. Received: {said}")
        return cls(rule, meaning, given)


def _without_meanings(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _without_meanings(item) for key, item in said.items() if key != "meaning"}
    return [_without_meanings(item) for item in said] if isinstance(said, list) else said


def _as_json(value: object) -> object:
    if isinstance(value, Declared):
        return value.as_json()
    if isinstance(value, Mapping):
        return {"columns": {name: _as_json(item) for name, item in value.items()}}
    return [_as_json(item) for item in value] if isinstance(value, tuple) else value


def _from_json(value: object) -> object:
    if isinstance(value, list):
        return tuple(_from_json(item) for item in value)
    if isinstance(value, dict) and "rule" in value:
        return Declared.from_json(value)
    if isinstance(value, dict) and isinstance(value.get("columns"), dict):
        return {name: _from_json(item) for name, item in value["columns"].items()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ValueError(f"Expected a text, a number or a quantity. Received: {value}")


Quantity = str | Declared


class Evidence:
    """The quantities of one question: each attribute of a subclass declares one.

        class Neighbors(Evidence):
            accuracy = final.share("test_accuracy", of="test_samples", meaning="test accuracy")
            lowest = final.metric("lowest_test_accuracy", "lowest of the curve")
            span = difference("accuracy", "lowest", meaning="how far it falls")

    Raises:
        ValueError: raised by `check` when the class is defined.
    """

    declared: ClassVar[Mapping[str, Declared]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Declared)}
        cls.declared = {**cls.declared, **own}
        check(cls.declared)


def check(declared: Mapping[str, Declared]) -> None:
    """Check that quantities can be read: each has a meaning, and its parts exist.

    Raises:
        ValueError: a quantity cannot be read; the message names it.
    """
    hidden = sorted(WORDS & set(declared))
    if hidden:
        raise ValueError(
            "Expected names of quantities other than the words of an answer"
            f" ({', '.join(sorted(WORDS))}). Received: {', '.join(hidden)}"
        )
    for name, quantity in declared.items():
        if not name.isidentifier() or not quantity.meaning.strip():
            raise ValueError(f"Expected a quantity's name and meaning. Received: {name!r}")
        _follow(declared, quantity, (name,))


def _follow(declared: Mapping[str, Declared], quantity: Declared, above: tuple[str, ...]) -> None:
    for part in quantity.parts():
        if isinstance(part, Declared):
            _follow(declared, part, above)
        elif part in above:
            raise ValueError(f"Expected {above[0]} not to be made from itself. Received: {part}")
        elif part not in declared:
            raise ValueError(
                f"Expected the name of a quantity in {above[0]}. Received: {part}"
                f" ({nearest(part, declared)})"
            )
        else:
            _follow(declared, declared[part], (*above, part))
