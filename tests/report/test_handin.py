"""The hand-in's own facts."""

from pathlib import Path

import pytest

from report.errors import ReportError
from report.handin import HandIn, read


def test_nothing_is_said_where_there_is_no_file(tmp_path: Path) -> None:
    facts = read(tmp_path)
    assert facts == HandIn()
    assert facts.missing() == ["group", "authors", "generative_ai", "collaboration"]


def test_facts_are_read(tmp_path: Path) -> None:
    (tmp_path / "handin.toml").write_text(
        'group = 21\nauthors = ["Family One", " "]\ngenerative_ai = """\nNone.\n"""\n'
    )
    facts = read(tmp_path)
    assert facts == HandIn(group="21", authors=("Family One",), generative_ai="None.")
    assert facts.missing() == ["collaboration"]


def test_family_names_may_be_given_and_are_never_missing(tmp_path: Path) -> None:
    (tmp_path / "handin.toml").write_text('family_names = ["García Márquez"]\n')
    facts = read(tmp_path)
    assert facts.family_names == ("García Márquez",)
    assert facts.missing() == ["group", "authors", "generative_ai", "collaboration"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('family_names = "A"', "Expected a list of names as family_names"),
        ("group = ", "Expected TOML in handin.toml"),
        ('autors = ["A"]', "nearest: authors"),
        ('authors = "A, B"', "Expected a list of names"),
        ("authors = [1]", "Expected a list of names"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "handin.toml").write_text(text)
    with pytest.raises(ReportError, match=message):
        read(tmp_path)
