"""What no comparison of words finds is found by laying the report out again."""

import re

import pypdf
import pytest
from click.testing import CliRunner

from report.__main__ import main
from report.pages import pdf
from report.verification import redrawn
from report.verification.carried import Carried
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted
from tests.report.forging import content, draw, forged

CHANGED = "draws something else than the same report laid out again"


def draw_an_outline(writer: pypdf.PdfWriter) -> None:
    """Draw an 8 by hand, as a program does that turns words into curves."""
    page = writer.pages[1]
    eight = b" q 1 w 60 400 9 9 re 60 409 9 9 re S Q"
    draw(writer, page, content(page) + eight)


def move_a_line(writer: pypdf.PdfWriter) -> None:
    """Draw the first words of a page two points farther down."""
    page = writer.pages[2]

    def down(place: re.Match[bytes]) -> bytes:
        return f"{float(place[1]) + 2} Tm".encode()

    moved, count = re.subn(rb"(-?[\d.]+) Tm", down, content(page), count=1)
    assert count == 1
    draw(writer, page, moved)


def test_what_is_drawn_besides_words_or_elsewhere_is_found(
    brief: bytes, planted_once: Planted
) -> None:
    def lie(writer: pypdf.PdfWriter) -> None:
        draw_an_outline(writer)
        move_a_line(writer)

    report, store = read(forged(brief, lie), "forged.pdf"), planted_once.store()
    assert disagreements(report, store) == []
    # The other pages are drawn as they were, so an honest report has none.
    assert disagreements(report, store, redraw=True) == [f"page {at} {CHANGED}" for at in (2, 3)]


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        (["a", "b"], []),
        (["a", "x"], [f"page 2 {CHANGED}"]),
        (["a", "b", "c"], ["it has 3 pages, but 2 if laid out again"]),
    ],
)
def test_pages_are_compared_one_by_one(
    carried: Carried, monkeypatch: pytest.MonkeyPatch, pages: list[str], said: list[str]
) -> None:
    monkeypatch.setattr(pdf, "redrawn", lambda *_: ["a", "b"])
    evidence = {**carried.evidence, "pages": pages}
    assert list(redrawn.disagreements(evidence, None)) == said  # type: ignore[arg-type]  # not asked


def test_another_way_of_laying_out_is_not_called_a_lie_but_does_not_pass(
    carried: Carried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "redrawn", lambda *_: ["a", "b"])
    evidence = {**carried.evidence, "pages": ["x", "y"]}
    (line,) = redrawn.disagreements(evidence, None)  # type: ignore[arg-type]  # not asked
    assert "another version of WeasyPrint or Pango" in line
    (line,) = redrawn.disagreements({**evidence, "edition": "f" * 64}, None)  # type: ignore[arg-type]
    assert "another version of this project" in line


def test_it_needs_the_store() -> None:
    asked = CliRunner().invoke(main, ["verify", "report.pdf", "--offline", "--redraw"])
    assert (asked.exit_code, "Expected --offline or --redraw. Received: both" in asked.output) == (
        2,
        True,
    )
