"""What a person judges: the causes of misclassifications, in `answers/STUDY/causes.csv`.

One row a sample: `test_index`, `causes` (joined by `;`), `remark`, and `profile`, the runs that the
sample was judged in. Each profile's classifier makes mistakes of its own, so the rows of several
stand side by side; in a file without that column all rows are of the profile that reads it.
A sample without a row is not judged yet, nor is one whose row has a remark alone.
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
    """Why a sample is misclassified; the order is that of tables and plots."""

    NOISE = "noise"  # not even a person can classify it
    MISLABELLING = "mislabelling"  # its label is suspected to be wrong
    UNDERREPRESENTATION = "underrepresentation"  # it differs from its local example
    OVERFITTING = "overfitting"  # it resembles its local counterexample
    UNDERFITTING = "underfitting"  # it resembles its local example
    OVERLAPPING_LABELS = "overlapping labels"  # it resembles both


# The causes that rest on a comparison with the local example and the local counterexample.
BY_RESEMBLANCE = frozenset(Cause) - {Cause.NOISE, Cause.MISLABELLING}


class JudgementError(ValueError):
    """A file of judgements cannot be taken as it is; the message names the file and the line."""


@dataclass(frozen=True)
class Judgement:
    """What a person says about one misclassified sample.

    Args:
        test_index: position in the test set as published.
        causes: none or more; kept in the order of `Cause`, each once.
        remark: in the person's words.
    """

    test_index: int
    causes: tuple[Cause, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "causes", tuple(each for each in Cause if each in self.causes))

    @property
    def judged(self) -> bool:
        """Whether it names a cause, and is more than a remark."""
        return bool(self.causes)


def path(study: str, root: Path = ROOT) -> Path:
    """Find the file of a study's judgements; it need not exist.

    >>> path("fashion").relative_to(ROOT).as_posix()
    'answers/fashion/causes.csv'
    """
    return root / "answers" / study / "causes.csv"


def read(
    file: Path, profile: Profile, samples: Collection[int] | None = None
) -> dict[int, Judgement]:
    """Read a profile's judgements by `test_index`, in the order of the file.

    Args:
        file: need not exist: then nothing is judged yet. May well hold a part of the samples.
        profile: whose rows to give; the others are only checked.
        samples: the misclassified samples of the profile's runs; None where they are not known.

    Raises:
        JudgementError: the header or a row is not as it should be, a cause is unknown, a sample
            stands there twice, or is none of `samples`.
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
    """List the samples for which no cause is named, in their order.

    >>> unjudged({7: Judgement(7, (Cause.NOISE,)), 9: Judgement(9, remark="?")}, [5, 7, 9])
    [5, 9]
    """
    return [at for at in samples if at not in judgements or not judgements[at].judged]


def as_texts(judgements: Mapping[int, Judgement]) -> tuple[dict[str, str], dict[str, str]]:
    """Write judgements as plain values, as a run's fingerprint holds them.

    Returns:
        Causes, joined, by `test_index`, of samples that are judged; and remarks by `test_index`.

    >>> as_texts({7: Judgement(7, (Cause.OVERFITTING, Cause.NOISE)), 9: Judgement(9, remark="?")})
    ({'7': 'noise;overfitting'}, {'9': '?'})
    """
    judged = {
        str(at): SEPARATOR.join(each.causes) for at, each in judgements.items() if each.judged
    }
    remarks = {str(at): each.remark for at, each in judgements.items() if each.remark.strip()}
    return judged, remarks


def write(file: Path, judgements: Iterable[Judgement], profile: Profile) -> None:
    """Put a profile's judgements in place of those it has in the file; other profiles keep theirs.

    The file is replaced in one step: a reader sees the old one or the new one.

    Args:
        file: made where it does not exist, with its folder.
        judgements: all of the profile's; one with neither cause nor remark is left out.
        profile: the runs that the samples were judged in.

    Raises:
        JudgementError: the file that is there cannot be read; it stays as it is.
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
    """Go through a file: the line at which a row begins, its profile, the judgement."""
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
