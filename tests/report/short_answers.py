"""Short answers to the questions of `fashion`: a report with them is set in a second."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from report.studies.fashion import STUDY


def answer_shortly(root: Path, answers: Mapping[str, str] = MappingProxyType({})) -> None:
    """Write templates without evidence into a project's folder, but for the answers given.

    Args:
        root: the project's folder.
        answers: templates, by the questions' keys.
    """
    folder = root / "templates" / "fashion"
    folder.mkdir(parents=True, exist_ok=True)
    for question in STUDY.questions:
        least, _ = question.sentences or (1, 1)
        words = answers.get(question.key, "It is exact.\n" * least)
        (folder / f"{question.key}.md.j2").write_text(words, encoding="utf-8")
