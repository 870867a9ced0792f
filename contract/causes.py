"""A person's judgements: the causes of misclassifications, in `answers/STUDY/causes.csv`.

One row per sample: `test_index`, `causes` (joined by `;`), `remark`, and `profile`, the profile of
the runs that were judged. Each profile's classifier makes its own mistakes, so a file may contain
rows of several profiles; without that column all rows belong to the profile that reads the file.
A sample without a row, or with only a remark, is not judged yet.
"""

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from contract import text as texts
from contract.definitions import ROOT
from contract.names import Profile
from contract.spelling import nearest

NEEDED = ("test_index", "causes", "remark")
COLUMNS = (*NEEDED, "profile")
SEPARATOR = ";"
LONGEST_INDEX = 9  # digits: no test set has a billion samples


class Cause(StrEnum):
    """Causes of a misclassification, in the order used in tables and plots."""

    NOISE = "noise"  # not even a person can classify it
    MISLABELLING = "mislabelling"  # its label is suspected to be wrong
    UNDERREPRESENTATION = "underrepresentation"  # it differs from its local example
    OVERFITTING = "overfitting"  # it resembles its local counterexample
    UNDERFITTING = "underfitting"  # it resembles its local example
    OVERLAPPING_LABELS = "overlapping labels"  # it resembles both


# The causes that compare a sample with its local example and its local counterexample.
BY_RESEMBLANCE = frozenset(Cause) - {Cause.NOISE, Cause.MISLABELLING}


class JudgementError(ValueError):
    """A file of judgements is invalid; the message names the file and the line."""


@dataclass(frozen=True)
class Judgement:
    """A person's judgement of one misclassified sample.

    Args:
        test_index: position in the test set as published.
        causes: any number, without duplicates, in the order of `Cause`.
        remark: free text.
    """

    test_index: int
    causes: tuple[Cause, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "causes", tuple(each for each in Cause if each in self.causes))

    @property
    def judged(self) -> bool:
        """Whether it names a cause, not just a remark."""
        return bool(self.causes)


def path(study: str, root: Path = ROOT) -> Path:
    """Path of the file of a study's judgements, which may not exist.

    >>> path("fashion").relative_to(ROOT).as_posix()
    'answers/fashion/causes.csv'
    """
    return root / "answers" / study / "causes.csv"


def read(
    file: Path, profile: Profile, samples: Collection[int] | None = None
) -> dict[int, Judgement]:
    """Read a profile's judgements by `test_index`, in the order of the file.

    Args:
        file: may be missing (nothing is judged yet) or incomplete.
        profile: profile whose rows to return; the others are only checked.
        samples: the misclassified samples of the profile's runs; None if unknown.

    Raises:
        JudgementError: the header or a row is invalid, a cause is unknown, or a sample is
            duplicated or not among `samples`.
    """
    found: dict[int, Judgement] = {}
    for line, of, judgement in _rows(file):
        if of not in ("", profile):
            continue
        if samples is not None and judgement.test_index not in samples:
            raise JudgementError(
                f"{file}, line {line}: Expected one of the {len(samples)} misclassified samples of "
                f"profile {profile}. Received: test_index={judgement.test_index} (a judgement of "
                "other runs: name their profile in a fourth column, or remove the row)"
            )
        if judgement.test_index in found:
            raise JudgementError(
                f"{file}, line {line}: Expected each sample once. "
                f"Received: test_index={judgement.test_index} again"
            )
        found[judgement.test_index] = judgement
    return found


def unjudged(judgements: Mapping[int, Judgement], samples: Iterable[int]) -> list[int]:
    """List the samples without a cause, in order.

    >>> unjudged({7: Judgement(7, (Cause.NOISE,)), 9: Judgement(9, remark="?")}, [5, 7, 9])
    [5, 9]
    """
    return [at for at in samples if at not in judgements or not judgements[at].judged]


def as_texts(judgements: Mapping[int, Judgement]) -> tuple[dict[str, str], dict[str, str]]:
    """Convert judgements to plain values for a run's fingerprint.

    Returns:
        Joined causes by `test_index`, for judged samples; and remarks by `test_index`.

    >>> as_texts({7: Judgement(7, (Cause.OVERFITTING, Cause.NOISE)), 9: Judgement(9, remark="?")})
    ({'7': 'noise;overfitting'}, {'9': '?'})
    """
    judged = {
        str(at): SEPARATOR.join(each.causes) for at, each in judgements.items() if each.judged
    }
    remarks = {str(at): each.remark for at, each in judgements.items() if each.remark.strip()}
    return judged, remarks


def write(file: Path, judgements: Iterable[Judgement], profile: Profile) -> None:
    """Replace a profile's judgements in the file; those of other profiles stay.

    The file is replaced atomically: a reader sees either the old or the new one.

    Args:
        file: created, with its folder, if missing.
        judgements: all judgements of the profile; empty ones are left out.
        profile: profile of the runs that were judged.

    Raises:
        JudgementError: the existing file is invalid; it is not changed.
    """
    kept = [(of, judgement) for _, of, judgement in _rows(file) if of not in ("", profile)]
    kept += [(profile, each) for each in judgements if each.causes or each.remark.strip()]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for of, each in kept:
        writer.writerow((each.test_index, SEPARATOR.join(each.causes), each.remark, of))
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text.getvalue())
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(file)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(beside).unlink()
        raise


def _rows(file: Path) -> Iterator[tuple[int, str, Judgement]]:
    """Yield each row of a file: its first line, its profile, and the judgement."""
    if not file.exists():
        return
    try:
        text = texts.read(file)
    except texts.TextError as error:
        raise JudgementError(str(error)) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        if tuple(header) not in (NEEDED, COLUMNS):
            raise JudgementError(
                f"{file}, line 1: Expected the columns {','.join(NEEDED)} and perhaps profile. "
                f"Received: {','.join(header) or 'nothing'}"
            )
        while True:
            line = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                return
            if row:
                yield line, *_parsed(row, header, f"{file}, line {line}")
    except csv.Error as error:
        place = f"{file}, line {line}"
        raise JudgementError(f"{place}: Expected a row of CSV. Received: {error}") from error


def _parsed(row: list[str], header: list[str], place: str) -> tuple[str, Judgement]:
    if len(row) != len(header):
        raise JudgementError(
            f"{place}: Expected {len(header)} cells, as the header has. Received: {len(row)}"
        )
    cells = dict(zip(header, row, strict=True))
    index = cells["test_index"].strip()
    if not (index.isascii() and index.isdigit() and len(index) <= LONGEST_INDEX):
        raise JudgementError(
            f"{place}: Expected the sample's position in the test set. "
            f"Received: test_index={index[:40]!r}"
        )
    profile = cells.get("profile", "").strip()
    if profile and profile not in list(Profile):
        raise JudgementError(
            f"{place}: Expected a profile ({', '.join(Profile)}), or none. "
            f"Received: profile={profile!r}"
        )
    names = [name.strip() for name in cells["causes"].split(SEPARATOR)]
    causes = tuple(_cause(name, place) for name in names if name)
    remark = cells["remark"]
    if not causes and not remark.strip():
        raise JudgementError(f"{place}: Expected a cause or a remark. Received: neither")
    return profile, Judgement(int(index), causes, remark)


def _cause(name: str, place: str) -> Cause:
    if name in list(Cause):
        return Cause(name)
    raise JudgementError(
        f"{place}: Expected causes joined by {SEPARATOR!r}."
        f" Received: {name!r} ({nearest(name, Cause)})"
    )
