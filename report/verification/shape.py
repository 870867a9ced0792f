"""Check the form of `evidence.json`, so that the code that reads it can rely on it."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from report.errors import ReportError
from report.evidence.values import Json

DEEPEST = 20  # levels of values derived from derived values
MOST_DECIMALS = 400  # no float has more

_Check = Callable[[Any, str], None]


class _OtherFormError(Exception):
    """Part of the evidence has the wrong form: what was expected, where, and what was found."""


def _expect(holds: bool, what: str, where: str, received: object) -> None:
    if not holds:
        shown = ascii(received)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        raise _OtherFormError(f"Expected {what} as {where} in evidence.json. Received: {shown}")


def _text(value: Any, where: str) -> None:
    holds = isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
    _expect(holds, "a text", where, value)


def _marker(value: Any, where: str) -> None:
    _text(value, where)
    _expect(value[:-1].isdecimal() and value[-1] == ".", "the number of a list", where, value)


def _number(value: Any, where: str) -> None:
    holds = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        holds = holds and math.isfinite(float(value))
    except OverflowError:
        holds = False
    _expect(holds, "a finite number", where, value)


def _truth(value: Any, where: str) -> None:
    _expect(isinstance(value, bool), "true or false", where, value)


def _whole(least: int, most: int) -> _Check:
    def check(value: Any, where: str) -> None:
        holds = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        _expect(holds, f"a whole number from {least} to {most}", where, value)

    return check


_COUNT = _whole(0, 10**9)


def _list(each: _Check, what: str = "a list") -> _Check:
    def check(value: Any, where: str) -> None:
        _expect(isinstance(value, list), what, where, value)
        for at, item in enumerate(value):
            each(item, f"{where}[{at}]")

    return check


def _table(each: _Check) -> _Check:
    def check(value: Any, where: str) -> None:
        _expect(isinstance(value, dict), "an object", where, value)
        for key, item in value.items():
            _text(key, f"a key of {where}")
            each(item, f"{where}.{key}")

    return check


def _object(
    keys: Mapping[str, _Check], optional: Mapping[str, _Check] | None = None, *also: _Check
) -> _Check:
    def check(value: Any, where: str) -> None:
        for key, each in keys.items():
            if not isinstance(value, dict) or key not in value:
                raise _OtherFormError(f"Expected {key} in {where} of evidence.json. Received: none")
            each(value[key], f"{where}.{key}")
        for key, each in (optional or {}).items():
            if key in value:
                each(value[key], f"{where}.{key}")
        for each in also:
            each(value, where)

    return check


def _source(*kinds: str, depth: int = 0) -> _Check:
    """Check that a value has exactly one source, of one of the given kinds."""

    def check(value: Json, where: str) -> None:
        _expect(depth <= DEEPEST, f"at most {DEEPEST} nested derivations", where, "more")
        named = [kind for kind in (*_FROM_RUN, "derived") if kind in value]
        one = f"one of {', '.join(kinds)} as the source of {where} in evidence.json"
        if len(named) != 1 or named[0] not in kinds:
            raise _OtherFormError(f"Expected {one}. Received: {' and '.join(named) or 'none'}")
        if named[0] == "derived":
            rule = _object({"rule": _text, "from": _list(_part(depth + 1))})
            rule(value["derived"], f"{where}.derived")
        else:
            _object(_FROM_RUN[named[0]])(value, where)

    return check


def _part(depth: int) -> _Check:
    """Check what a value is derived from: an array, or a number with its own source."""

    def check(value: Any, where: str) -> None:
        array = isinstance(value, dict) and "array" in value
        _object({"run_id": _text} if array else {"run_id": _text, "value": _number})(value, where)
        _source(*_FROM_RUN, "derived", depth=depth)(value, where)

    return check


_FROM_RUN: Mapping[str, Mapping[str, _Check]] = {
    "metric": {"metric": _text, "step": _whole(-(2**63), 2**63 - 1)},
    "param": {"param": _text},
    "table": {"table": _text, "row": _COUNT, "column": _text},
    "array": {"array": _text},
}
_EXHIBIT = dict.fromkeys(("id", "question", "run_id", "path", "sha256", "caption"), _text)
_EVIDENCE: Mapping[str, _Check] = {
    "study": _text,
    "profile": _text,
    "pages": _list(_text, "a list of hashes"),
    "numbers": _list(
        _object(
            {
                "id": _text,
                "question": _text,
                "text": _text,
                "value": _number,
                "run_id": _text,
                "scale": _number,
                "decimals": _whole(-MOST_DECIMALS, MOST_DECIMALS),
                "place": _text,
            },
            {"unit": _text, "meaning": _text, "seeds": _list(_text)},
            _source("metric", "param", "table", "derived"),
        )
    ),
    "alternatives": _list(_text),
    "figures": _list(_object({**_EXHIBIT, "alt": _text})),
    "tables": _list(_object({**_EXHIBIT, "file": _text})),
    "texts": _list(
        _object(
            {"question": _text, "text": _text, "run_id": _text}, None, _source("param", "table")
        )
    ),
    "verdicts": _list(
        _object(
            {
                "name": _text,
                "value": _text,
                "rule": _text,
                "outcomes": _list(_text),
                "thresholds": _table(_number),
                "numbers": _list(_text),
                "question": _text,
            }
        )
    ),
    "runs": _list(
        _object(
            {"run_id": _text, "name": _text, "fingerprint": _text, "data_source": _text},
            dict.fromkeys(("data_sha256", "code_sha256", "git_commit", "profile", "seed"), _text),
        )
    ),
    "answers": _list(
        _object(
            {
                "question": _text,
                "sentences": _list(_text),
                "allowed": _list(_object({"text": _text})),
                "template": _text,
                "sha256": _text,
            }
        )
    ),
}

# What is recorded since reports account for every word of their pages.
_WORDS = _list(_text)
_SINCE: Mapping[str, _Check] = {
    "edition": _text,
    "draft": _truth,
    "options": _table(_text),
    "authors": _WORDS,
    "facts": _table(_text),
    "statements": _list(_object({"heading": _text, "words": _text})),
    "unanswered": _list(_object({"question": _text, "reason": _text})),
    "figures": _list(_object({"words": _WORDS})),
    "tables": _list(_object({"place": _text, "words": _WORDS})),
    "verdicts": _list(_object({"basis": _text})),
    "runs": _list(
        _object({"ended": _whole(0, 10**15), **dict.fromkeys(("seed", "git_commit"), _text)})
    ),
    "answers": _list(_object({"pieces": _WORDS, "markers": _list(_marker)})),
}


def require_shape(evidence: Json) -> None:
    """Check that evidence has the form that a report gives it.

    Raises:
        ReportError: it does not; the message names the first place.
    """
    try:
        for required in (_EVIDENCE, _SINCE if "edition" in evidence else {}):
            for key, check in required.items():
                check(evidence.get(key), key)
        if "draft" in evidence:
            _truth(evidence["draft"], "draft")
    except _OtherFormError as error:
        raise ReportError(str(error)) from None
