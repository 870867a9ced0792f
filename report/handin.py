"""The hand-in's own facts: who hands in, and the two statements that a report closes with."""

import tomllib
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
    """

    group: str = ""
    authors: tuple[str, ...] = ()
    generative_ai: str = ""
    collaboration: str = ""

    def missing(self) -> list[str]:
        """Name the facts that are still missing."""
        return [name for name in _KEYS if not getattr(self, name)]


_KEYS = ("group", "authors", "generative_ai", "collaboration")


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
    authors = facts.get("authors", [])
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        raise ReportError(f"Expected a list of names as authors in {FILE}. Received: {authors!r}")
    return HandIn(
        group=str(facts.get("group", "")),
        authors=tuple(name.strip() for name in authors if name.strip()),
        generative_ai=str(facts.get("generative_ai", "")).strip(),
        collaboration=str(facts.get("collaboration", "")).strip(),
    )
