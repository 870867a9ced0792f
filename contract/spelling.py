"""Suggest known names for a misspelled one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known names nearest to a misspelled one, or all of them, to end a message.

    >>> nearest("fashoin", ["fashion", "scratch"])
    "did you mean 'fashion'?"
    >>> nearest("zzz", ["scratch", "fashion"])
    'there are: fashion, scratch'
    >>> nearest("zzz", [])
    'there are none'
    """
    names = sorted(map(str, known))
    if close := difflib.get_close_matches(name, names, n=3, cutoff=0.5):
        return f"did you mean {' or '.join(map(repr, close))}?"
    return "there are: " + ", ".join(names) if names else "there are none"
