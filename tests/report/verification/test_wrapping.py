"""Lines end where they should, and words that wrap anywhere read back as they were written."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from report.answers.normal_form import compact
from report.build import collect
from report.pages import typefaces
from report.pages.pdf import OwnResources, laid_out, render
from report.store.reader import ROOT
from report.studies.fashion import STUDY
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted

PHRASES = (
    "low-level features",
    "pre- and post-processing",
    "k-nearest-neighbours",
    "x - y and a - b",
    "x \u2212 y",
    "a 2-D map",
    "t-SNE",
    "the top-5 error",
    "an e-mail-like text",
    "(re-)run",
    "\u201cwell-known\u201d nets",
    "well-known: it\u2019s so",
    "a--b",
    "https://example.org/a-b/c-5?x=1&y=2",
    "0.912 \u00b1 0.003\u202fkB/s",
    "1,234,567.89\u202fimages/s",
    "classification.regularization",
    "at -5 or \u22125",
    "non\u2011breaking words",
    "so\u00adft hy\u00adphens",
    "zero\u200bwidth spa\u200bces",
    "e\ufb03cient \ufb01re-\ufb02y",
    "cafe\u0301 na\u00efve",
    "T-shirt/top",
    "from 3-4 to 5\u20136",
    "A-B-C-D",
    "\u0394x or \u2206y",
    "\u00b5m or \u03bcm",
    "10\u00b2, m\u2082 and \u00bd-size",
    "x\u2010y cross\u2010entropy",
    "the rock-'n'-roll set",
    "semi-3D and/or end-",
)
COLUMN = 26  # letters in a line, about


def lines() -> Iterator[str]:
    """Push each phrase through a column, letter by letter, so that it wraps wherever it can."""
    for phrase in PHRASES:
        for before in range(COLUMN + 2):
            yield f"N{'o' * before} {phrase} there and on."


def printed(body: str) -> str:
    """Set HTML as a report is set, and read it back line by line."""
    resources = {**typefaces.files(), "base.css": (ROOT / "templates" / "base.css").read_bytes()}
    linked = f'<link rel="stylesheet" href="report:base.css">{body}'
    document = pypdfium2.PdfDocument(laid_out(linked, OwnResources(resources)).write_pdf())
    raw = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return raw


def test_every_wrap_position_of_every_phrase_reads_back_as_written() -> None:
    style = (
        "<style>p { width: 46mm; overflow-wrap: anywhere; margin: 0; break-inside: avoid }</style>"
    )
    written = "".join(f"<p>{html.escape(line)}</p>" for line in lines())
    raw = printed(f"{style}{written}")
    assert raw.count("\ufffe") > len(PHRASES)  # hyphens did end lines
    read_back, at = compact(raw), 0
    for line in lines():
        found = read_back.find(compact(line), at)
        assert found >= 0, line
        at = found


LINKED = (
    "Each of the faces drawn at random from such a distribution, seen in"
    " <a class=n href='#there'>Figure&nbsp;25</a> (<a class=n href='#there'>93.5&nbsp;%</a>) and"
    " some more, says <em>so</em> with <code>more_or_less</code> ease."
)


def test_a_link_costs_the_lines_before_it_no_more_than_a_space() -> None:
    step, space = 0.5, 1.0  # mm

    def heights(text: str) -> list[int]:
        style = "@page { size: 210mm 9999mm } em, code { font: inherit }"
        sized = (f"<p style='width: {60 + at * step}mm'>{text}</p>" for at in range(80))
        whole = printed(f"<i id=there></i><style>{style}</style>{''.join(sized)}")
        return [lines.count("\n") for lines in whole.split("Each of")[1:]]

    plain = heights(re.sub(r"</?(?:a|em|code)\b[^>]*>", "", LINKED))
    assert len(set(plain)) > 1
    narrower = round(space / step)
    for linked, least, most in zip(
        heights(LINKED)[narrower:], plain[narrower:], plain[:-narrower], strict=True
    ):
        assert least <= linked <= most


AWKWARD = {  # by question: what an author may type
    1: "They share their ooooooooooooo cross-entropy outline, a so\u00adft hy\u00adphen too",
    2: "A zero\u200bwidth space, the e\ufb03cient \ufb01re-\ufb02y and a caf\u0065\u0301",
    3: "Pre- and post-processing of k-nearest-neighbours, low-level and well-known ones alike",
    4: "See https://example.org/some-long-address/with-many-words/and-no-space/in-all-of-it/at-all",
    5: "\ufeffThe value x - y, or y \u2212 x, in \u00b5m or \u2206x, in oooo all-or-nothing terms",
    6: "The study says classification.regularization-or-classification.tuning ooo run-by-run",
}


def test_a_report_whose_words_wrap_or_do_not_come_back_as_typed_holds(planted: Planted) -> None:
    report = planted.answered({f"q{number}": f"{words}.\n" for number, words in AWKWARD.items()})
    assert disagreements(read(render(report), "report.pdf"), planted.store()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("We tried twen\u00adty settings.", "Expected numbers from evidence only"),
        ("We tried \uff12 settings.", "Expected numbers from evidence only"),
        ("Dropout is bet\u200bter.", "Expected a verdict or a require"),
    ],
)
def test_no_invisible_character_hides_a_number_or_a_claim(
    planted_once: Planted, tmp_path: Path, words: str, message: str
) -> None:
    folder = tmp_path / "answers" / "fashion"
    folder.mkdir(parents=True)
    (folder / "q6.md.j2").write_text(words, encoding="utf-8")
    problems = collect(STUDY, planted_once.runs(), tmp_path).problems
    assert [line for line in problems if line.startswith("answers/") and message in line] != []
