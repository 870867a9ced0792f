"""The error that ends a command with one sentence instead of a traceback, and name suggestions."""

import difflib
from collections.abc import Iterable


class ReportError(Exception):
    """A report cannot be built or verified; the message tells the user what to do.

    Args:
        message: one sentence, or several findings, one per line.
        command: the command that fixes it, if there is one.
    """

    def __init__(self, message: str, command: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.command = command

    def __str__(self) -> str:
        if self.command is None:
            return self.message
        return f"{self.message}\nTo fix it: {self.command}"


class NoStoreError(ReportError):
    """There is no store yet; the first run creates it."""


def shown(text: str, most: int = 80) -> str:
    """Quote a text for use in a message, cut to `most` characters.

    >>> shown("Adam"), shown("a" * 100, most=3)
    ("'Adam'", "'aaa' and 97 more characters")
    """
    rest = f" and {len(text) - most:,} more characters" if len(text) > most else ""
    return f"{text[:most]!r}{rest}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known names closest to a mistyped one, as the end of a sentence.

    >>> nearest("fashoin", ["fashion", "scratch"])
    'nearest: fashion'
    >>> nearest("zzz", ["fashion", "scratch"])
    'known: fashion, scratch'
    >>> nearest("zzz", [])
    'there are none'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return "nearest: " + ", ".join(close)
    return "known: " + ", ".join(names) if names else "there are none"
