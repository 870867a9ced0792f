"""The hand-in's own facts: who hands in, and the two statements that a report closes with."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from report.errors import ReportError, nearest

FILE = "handin.toml"


@dataclass(frozen=True)
class HandIn:
    """What `handin.toml` says; empty where it says nothing yet.

    Args:
        group: number of the group.
        authors: names, family names last.
        generative_ai: statement on the use of generative AI.
        collaboration: statement on who did what.
        family_names: of the authors, where the last words of their names do not tell them.
    """

    group: str = ""
    authors: tuple[str, ...] = ()
    generative_ai: str = ""
    collaboration: str = ""
    family_names: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Name the facts that are still missing."""
        return [name for name in _NEEDED if not getattr(self, name)]


_NEEDED = ("group", "authors", "generative_ai", "collaboration")
_KEYS = (*_NEEDED, "family_names")


def read(root: Path) -> HandIn:
    """Read `handin.toml` from the project's folder; nothing said where there is none.

    Raises:
        ReportError: it is not TOML, or holds a key or a value that is not foreseen.
    """
    path = root / FILE
    if not path.is_file():
        return HandIn()
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"Expected TOML in {FILE}. Received: {error}") from error
    for key in facts:
        if key not in _KEYS:
            raise ReportError(
                f"Expected {', '.join(_KEYS)} in {FILE}. Received: {key} ({nearest(key, _KEYS)})"
            )
    return HandIn(
        group=str(facts.get("group", "")).strip(),
        authors=_names(facts, "authors"),
        generative_ai=str(facts.get("generative_ai", "")).strip(),
        collaboration=str(facts.get("collaboration", "")).strip(),
        family_names=_names(facts, "family_names"),
    )


def _names(facts: Mapping[str, object], key: str) -> tuple[str, ...]:
    listed = facts.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise ReportError(f"Expected a list of names as {key} in {FILE}. Received: {listed!r}")
    return tuple(name.strip() for name in listed if name.strip())
