"""The hand-in's own facts."""

from pathlib import Path

import pytest

from report.delivery import COLLABORATION, GENERATIVE_AI
from report.errors import ReportError
from report.handin import HandIn, read

STATEMENTS = (GENERATIVE_AI, COLLABORATION)


def test_nothing_is_said_where_there_is_no_file(tmp_path: Path) -> None:
    facts = read(tmp_path)
    assert facts == HandIn()
    assert facts.missing(STATEMENTS) == ["group", "authors", "generative_ai", "collaboration"]


def test_facts_are_read(tmp_path: Path) -> None:
    (tmp_path / "handin.toml").write_text(
        'group = 21\nauthors = ["Family One", " "]\ngenerative_ai = """\nNone.\n"""\n'
    )
    facts = read(tmp_path)
    assert facts == HandIn(group="21", authors=("Family One",), generative_ai="None.")
    assert facts.missing(STATEMENTS) == ["collaboration"]


def test_family_names_may_be_given_and_are_never_missing(tmp_path: Path) -> None:
    (tmp_path / "handin.toml").write_text('family_names = ["García Márquez"]\n')
    facts = read(tmp_path)
    assert facts.family_names == ("García Márquez",)
    assert facts.missing(STATEMENTS) == ["group", "authors", "generative_ai", "collaboration"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('family_names = "A"', "Expected a list of names as family_names"),
        ("group = ", "handin.toml:1: Expected TOML. Received: Invalid value"),
        ("group = 1\n\nauthors = [", "handin.toml:3: Expected TOML"),
        ("group = 1\ngroup = 2", "handin.toml:2:.*Expected TOML"),
        ("group = 1\nauthors = {}", "handin.toml:2: Expected a list of names as authors"),
        ("group = 1\n[authors]", "handin.toml:2: Expected a list of names as authors"),
        ("group = true", "handin.toml:1: Expected text in quotation marks as group"),
        ("\n[group]", "handin.toml:2: Expected text in quotation marks as group"),
        ('group = "\\u0000"', r"handin.toml:1: Expected text as group. Received: .*U\+0000"),
        (f"group = {'9' * 5000}", "handin.toml:1: Expected TOML"),
        (f"group = {'[' * 5000}", "handin.toml: Expected TOML. Received: lists nested"),
        ('autors = ["A"]', "did you mean 'authors'?"),
        ('authors = "A, B"', "Expected a list of names"),
        ("authors = [1]", "Expected a list of names"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "handin.toml").write_text(text)
    with pytest.raises(ReportError, match=message):
        read(tmp_path)


def test_a_byte_order_mark_is_fine_and_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "handin.toml"
    file.write_bytes(b'\xef\xbb\xbfgroup = "21"\r\n')
    assert read(tmp_path).group == "21"
    file.write_bytes('group = 1\nauthors = ["Ren\xe9"]\n'.encode("latin-1"))
    with pytest.raises(ReportError, match=r"handin.toml:2:16: Expected text in UTF-8.*byte 0xe9"):
        read(tmp_path)
    file.write_text("group = 1", encoding="utf-16")
    with pytest.raises(ReportError, match=r"handin.toml: Expected.*Received: UTF-16"):
        read(tmp_path)


def test_only_the_statements_of_the_study_are_missed() -> None:
    assert HandIn().missing(()) == ["group", "authors"]
    assert HandIn(group="1", authors=("Family One",)).missing([COLLABORATION]) == ["collaboration"]
