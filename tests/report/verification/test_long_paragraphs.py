"""A report holds even where a paragraph is longer than a page, so that page breaks divide it."""

from report.pages.pdf import render
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted

WORDS = "and so on with words that say nothing but fill the lines of a page until it ends "
FIGURE = '{% call figure(curves, alt="A line.") %}\nIt falls.\n{% endcall %}\n\nIt is exact.\n'


def test_a_paragraph_longer_than_a_page_holds(planted: Planted) -> None:
    report = planted.answered({"q3": FIGURE, "q6": f"It began {WORDS * 110}there.\n"})
    carried = read(render(report), "report.pdf")
    assert sum("fill the lines of a page" in text for text in carried.texts) > 1
    assert disagreements(carried, planted.store()) == []
