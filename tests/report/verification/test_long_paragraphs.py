"""A report holds even where a paragraph is longer than a page, so that page breaks divide it."""

import shutil

from report.build import collect, refuse
from report.pages.pdf import render
from report.store.reader import ROOT
from report.studies.fashion import STUDY
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted

WORDS = "and so on with words that say nothing but fill the lines of a page until it ends "


def test_a_paragraph_longer_than_a_page_holds(planted: Planted) -> None:
    folder = planted.root / "templates" / "fashion"
    shutil.copytree(ROOT / "templates" / "fashion", folder)
    (folder / "q6.md.j2").write_text(f"It began {WORDS * 110}there.\n", encoding="utf-8")
    report = collect(STUDY, planted.runs(), planted.root)
    refuse(report)
    carried = read(render(report), "report.pdf")
    assert sum("fill the lines of a page" in text for text in carried.texts) > 1
    assert disagreements(carried, planted.store()) == []
