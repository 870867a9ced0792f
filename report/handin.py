"""The hand-in's own facts: who hands in, and the words of a report's closing statements."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from contract import text
from contract.spelling import nearest
from report.delivery import Statement
from report.errors import ReportError

FILE = "handin.toml"


@dataclass(frozen=True)
class HandIn:
    """The contents of `handin.toml`; fields it does not set are empty.

    Args:
        group: group number.
        student_id: student ID, for file names that contain it.
        authors: names, family names last.
        generative_ai: statement on the use of generative AI.
        collaboration: statement on who did what.
        family_names: the authors' family names, if the last words of their names are not.
    """

    group: str = ""
    student_id: str = ""
    authors: tuple[str, ...] = ()
    generative_ai: str = ""
    collaboration: str = ""
    family_names: tuple[str, ...] = ()

    def missing(
        self, statements: Iterable[Statement], facts: Iterable[str] = ("group",)
    ) -> list[str]:
        """Name the facts that are still missing.

        Args:
            statements: sections that close the report.
            facts: facts that appear in file names.
        """
        needed = (*facts, "authors", *(statement.fact for statement in statements))
        return [name for name in needed if not getattr(self, name)]

    def words(self, fact: str) -> str:
        """Return the text of a statement."""
        return {"generative_ai": self.generative_ai, "collaboration": self.collaboration}[fact]


_KEYS = ("group", "student_id", "authors", "generative_ai", "collaboration", "family_names")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(root: Path) -> HandIn:
    """Read `handin.toml` from the project's folder; without the file, all fields are empty.

    Raises:
        ReportError: it cannot be read, is not TOML, or has an unknown key or an invalid value;
            the message names the line.
    """
    path = root / FILE
    if not path.exists():
        return HandIn()
    try:
        source = text.read(path, FILE)
    except text.TextError as error:
        raise ReportError(str(error)) from error
    facts = _Facts(source)
    return HandIn(
        group=facts.words("group"),
        student_id=facts.words("student_id"),
        authors=facts.names("authors"),
        generative_ai=facts.words("generative_ai"),
        collaboration=facts.words("collaboration"),
        family_names=facts.names("family_names"),
    )


class _Facts:
    """The keys and values of the file.

    Raises:
        ReportError: it is not TOML, or has an unknown key.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._values = _parsed(source)
        for key in self._values:
            if key not in _KEYS:
                self._refuse(f"one of {', '.join(_KEYS)}", key, f"{key} ({nearest(key, _KEYS)})")

    def words(self, key: str) -> str:
        """Return a value that must be a text or a whole number."""
        value = self._values.get(key, "")
        if isinstance(value, bool) or not isinstance(value, str | int):
            self._refuse(f"text in quotation marks as {key}", key, _said(value))
        return self._printable(key, str(value))

    def names(self, key: str) -> tuple[str, ...]:
        """Return a value that must be a list of names."""
        listed = self._values.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            self._refuse(f"a list of names as {key}", key, _said(listed))
        return tuple(name for each in listed if (name := self._printable(key, each)))

    def _printable(self, key: str, value: str) -> str:
        found = _CONTROL.search(value)
        if found:
            self._refuse(f"text as {key}", key, f"control character U+{ord(found[0]):04X}")
        return value.strip()

    def _refuse(self, expected: str, key: str, received: str) -> NoReturn:
        place = f"{FILE}:{_line(self._source, key)}"
        raise ReportError(f"{place}: Expected {expected}. Received: {received}")


def _parsed(source: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(source)
    except RecursionError as error:
        raise ReportError(f"{FILE}: Expected TOML. Received: lists nested too deeply") from error
    except ValueError as error:  # also raised for an integer of thousands of digits
        said = str(error)
        found = _PLACE.search(said)
        line = found[1] if found and found[1] else len(source.rstrip().splitlines()) or 1
        column = f":{found[2]}" if found and found[2] else ""
        raise ReportError(
            f"{FILE}:{line}{column}: Expected TOML. Received: {_PLACE.sub('', said)}"
        ) from error


def _line(source: str, key: str) -> int:
    """Find the line of a key, whether bare, quoted or the name of a table."""
    at = re.search(rf"(?m)^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}(?![\w-])", source)
    return source.count("\n", 0, at.start()) + 1 if at else 1


def _said(value: object) -> str:
    """Show a value, truncated.

    >>> _said([1, 2])
    '[1, 2]'
    """
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
