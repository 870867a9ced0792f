"""Check the tags of a run before a report uses or prints them."""

import re
from collections.abc import Callable, Mapping

from contract import names
from report.errors import ReportError, shown
from report.store.commands import is_seed
from report.store.entries import Run


def _is_hash(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def _is_commit(text: str) -> bool:
    return re.fullmatch(r"[ -~]{1,80}", text) is not None


_EXPECTED: Mapping[names.Tag, tuple[str, Callable[[str], bool]]] = {
    names.Tag.SEED: ("a whole number", is_seed),
    names.Tag.FINGERPRINT: ("a SHA-256", _is_hash),
    names.Tag.COMPUTATION: ("a SHA-256", _is_hash),
    names.Tag.CODE: ("a SHA-256", _is_hash),
    names.Tag.DATA: ("a SHA-256", _is_hash),
    names.Tag.DATA_SOURCE: ("real or stand-in", list(names.DataSource).__contains__),
    names.Tag.GIT_COMMIT: ("a commit", _is_commit),
}


def require(run: Run, name: str, profile: str) -> None:
    """Check that a run is the expected one, and that its tags can be printed.

    Args:
        run: the run.
        name: expected name, `classification.initial`.
        profile: the report's profile.

    Raises:
        ReportError: a tag is missing or wrong; the message names the run and the tag.
    """
    experiment, _, stage = name.partition(".")
    own = {
        names.Tag.EXPERIMENT: experiment,
        names.Tag.STAGE: stage,
        names.Tag.PROFILE: profile,
    }
    for tag, value in own.items():
        if run.tags.get(tag, "") != value:
            raise _unexpected(run, name, tag, value)
    for tag, (what, fits) in _EXPECTED.items():
        if not fits(run.tags.get(tag, "")):
            raise _unexpected(run, name, tag, what)


def _unexpected(run: Run, name: str, tag: names.Tag, what: str) -> ReportError:
    received = shown(run.tags[tag]) if tag in run.tags else "none"
    return ReportError(
        f"Expected {what} as tag {tag} of run {name} ({run.run_id}). Received: {received}"
    )
