"""The files that answers are written in: which one is used, and which are there for nothing."""

import difflib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from contract import causes, text
from report.errors import ReportError
from report.pages.attachments import template_name
from report.store.reader import ROOT
from report.study import Question

OWN, GIVEN = "answers", "templates"
SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # no person made these


@dataclass(frozen=True)
class AnswerTemplate:
    """The text that an answer is rendered from.

    Args:
        file: its path below the project's folder, to name in findings.
        source: Markdown in Jinja.
    """

    file: str
    source: str


@dataclass(frozen=True)
class Unused:
    """A file of the author's that no report uses.

    Args:
        file: its path below the project's folder.
        meant: what it was probably meant to be; empty where it is no answer.
    """

    file: str
    meant: str = ""

    def __str__(self) -> str:
        if self.meant:
            return f"Expected {self.meant}. Received: {self.file}, which is not used"
        return f"{self.file} is not used"


def answer_template(study: str, question: Question, root: Path = ROOT) -> AnswerTemplate | None:
    """Find an answer's template: the author's own, else the one that comes with the study.

    Raises:
        ReportError: the file cannot be read; the message names the place.
    """
    for room in (OWN, GIVEN):
        folder = root / room / study
        # Listed, since a system that does not tell q1 from Q1 would open either.
        if template_name(question.key) in _names(folder):
            path = folder / template_name(question.key)
            file = path.relative_to(root).as_posix()
            try:
                return AnswerTemplate(file, text.read(path, file))
            except text.TextError as error:
                raise ReportError(str(error)) from error
    return None


def unused(study: str, questions: Collection[Question], root: Path = ROOT) -> list[Unused]:
    """List the author's files that a study's report does not use.

    Those of other studies are left out. What stands in a folder whose name fits no study counts
    too, and so does a folder `Answers`.

    Args:
        study: whose report is built.
        questions: those of the study.
        root: the project's folder.
    """
    keys = [question.key for question in questions]
    used = {*map(template_name, keys), causes.path(study).name}
    found = []
    for path in _files(root):
        room, *folders, name = path.relative_to(root).parts
        of = _near(folders[0], _names(root / GIVEN)) if folders else study
        if (room == OWN and folders == [study] and name in used) or of not in (study, None):
            continue
        meant = ""
        if of == study and len(folders) < 2:  # further down are notes
            meant = _meant(name, keys, root / OWN / study)
        found.append(Unused(path.relative_to(root).as_posix(), meant))
    return found


def _files(root: Path) -> Iterator[Path]:
    """List the files in `answers`, or in what was probably meant to be called so."""
    for room in sorted(_names(root)):
        if room.lower() in (OWN, OWN.removesuffix("s")):
            for path in sorted((root / room).rglob("*")):
                lock = path.name.startswith(".") and path.name.endswith(".lock")  # on judgements
                if not (path.is_dir() or lock or path.name in SYSTEMS):
                    yield path


def _near(name: str, studies: Collection[str]) -> str | None:
    """Find the study that a folder's name is, or was probably meant to be."""
    if name in studies:
        return name
    close = difflib.get_close_matches(name.lower(), sorted(studies), n=1, cutoff=0.7)
    return close[0] if close else None


def _meant(name: str, keys: Collection[str], right: Path) -> str:
    """Say which file was probably meant; empty where it was none, or where that is there too."""
    lower = name.lower()
    for key in sorted(keys, key=len, reverse=True):
        if re.match(rf"q(uestion)?[ _-]*0*{re.escape(key[1:].lower())}(?![0-9a-z])", lower):
            there = template_name(key) in _names(right)
            return "" if there else f"{OWN}/{right.name}/{template_name(key)}"
    if re.match(r"q(uestion)?[ _-]*\d", lower) or lower.endswith(".j2"):
        listed = ", ".join(template_name(key) for key in keys)
        return f"one of {listed} in {OWN}/{right.name}/"
    return ""


def _names(folder: Path) -> set[str]:
    """List the names in a folder as they are written; none where there is no folder."""
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - names, not paths
    except OSError:
        return set()
