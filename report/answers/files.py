"""The files that answers are written in: which are used, and which are not."""

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
SYSTEMS = frozenset(
    {".DS_Store", "Thumbs.db", "desktop.ini"}
)  # made by programs, not by the author


@dataclass(frozen=True)
class AnswerTemplate:
    """The text that an answer is rendered from.

    Args:
        file: its path relative to the project's folder, named in findings.
        source: Markdown in Jinja.
    """

    file: str
    source: str


@dataclass(frozen=True)
class Unused:
    """One of the author's files that no report uses.

    Args:
        file: its path relative to the project's folder.
        meant: what it was probably meant to be; empty if it is not an answer.
    """

    file: str
    meant: str = ""

    def __str__(self) -> str:
        if self.meant:
            return f"Expected {self.meant}. Received: {self.file}, which is not used"
        return f"{self.file} is not used"


def answer_template(study: str, question: Question, root: Path = ROOT) -> AnswerTemplate | None:
    """Find an answer's template: the author's own, or the one that comes with the study.

    Raises:
        ReportError: the file cannot be read; the message says where.
    """
    for room in (OWN, GIVEN):
        folder = root / room / study
        # Listed, because a case-insensitive file system would open both q1 and Q1.
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

    Files of other studies are left out. Files in a folder that matches no study's name are
    included, and so are those in a folder called `Answers`.

    Args:
        study: the study whose report is built.
        questions: the study's questions.
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
        if of == study and len(folders) < 2:  # deeper files are notes
            meant = _meant(name, keys, root / OWN / study)
        found.append(Unused(path.relative_to(root).as_posix(), meant))
    return found


def _files(root: Path) -> Iterator[Path]:
    """List the files in `answers`, or in a folder that was probably meant to be `answers`."""
    for room in sorted(_names(root)):
        if room.lower() in (OWN, OWN.removesuffix("s")):
            for path in sorted((root / room).rglob("*")):
                lock = path.name.startswith(".") and path.name.endswith(".lock")  # for judgements
                if not (path.is_dir() or lock or path.name in SYSTEMS):
                    yield path


def _near(name: str, studies: Collection[str]) -> str | None:
    """Find the study that a folder is named after, or was probably meant to be."""
    if name in studies:
        return name
    close = difflib.get_close_matches(name.lower(), sorted(studies), n=1, cutoff=0.7)
    return close[0] if close else None


def _meant(name: str, keys: Collection[str], right: Path) -> str:
    """Guess which file was meant; empty if none, or if that file exists too."""
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
    """List the names in a folder, in their exact case; empty if there is no folder."""
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - names, not paths
    except OSError:
        return set()
