"""The document as read: its pages, tags, links, boxes and notices."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdf
import pypdfium2
import pytest
import weasyprint

from contract import names, page
from report import record
from report.build import Report, collect, refuse
from report.errors import ReportError
from report.handin import HandIn
from report.output import write
from report.pages import document
from report.pages.pdf import OwnResources, render, warnings_refused
from report.studies import STUDIES
from report.studies.fashion import STUDY
from tests.report.conftest import Planted
from tests.report.short_answers import answer_shortly

MM = 72 / 25.4


@pytest.fixture(scope="module")
def reader(built: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(built))


@pytest.fixture(scope="module")
def texts(built: bytes) -> list[str]:
    return read_from(built)


def read_from(pdf: bytes) -> list[str]:
    """Read the words of each page."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in document]


def elements(node: Any, kind: str) -> Iterator[Any]:
    """Walk over a tagged PDF's structure elements of a kind."""
    item: Any = node.get_object()
    if isinstance(item, list):
        for child in item:
            yield from elements(child, kind)
    elif hasattr(item, "raw_get"):
        if item.get("/S") == kind:
            yield item
        if "/K" in item:
            yield from elements(item.raw_get("/K"), kind)


def test_it_is_tagged_for_people_who_cannot_see_it(
    reader: pypdf.PdfReader, texts: list[str]
) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == "en"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data() or (
        b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    )
    tree = root.raw_get("/StructTreeRoot")
    figures = list(elements(tree, "/Figure"))
    numbers = {int(number) for number in re.findall(r"Figure (\d+)", "\n".join(texts))}
    assert len(figures) == max(numbers) == len(numbers)
    assert all(figure["/Alt"].strip() for figure in figures)
    assert len(list(elements(tree, "/H3"))) >= len(STUDY.questions)
    assert all("/Contents" in link for sheet in reader.pages for link in annotations(sheet))


def annotations(sheet: pypdf.PageObject) -> list[Any]:
    return [reference.get_object() for reference in sheet.get("/Annots", [])]


def test_contents_and_bookmarks_lead_to_every_question(
    reader: pypdf.PdfReader, texts: list[str]
) -> None:
    titles: list[str] = []

    def walk(items: Any) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                titles.append(item.title)

    walk(reader.outline)
    targets = {link.get("/Dest") for link in annotations(reader.pages[0])}
    for question in STUDY.questions:
        assert any(question.heading in title for title in titles)
        assert f"question-{question.key}" in targets
        assert question.heading in texts[0]
    assert {"Ledger", "Runs", "Commands"} <= set(titles)


def test_contents_tell_the_true_pages(texts: list[str]) -> None:
    contents = texts[0]
    for question in STUDY.questions:
        after = contents.partition(question.heading)[2].split()[0]
        assert f"Question {question.label} {question.heading}" in texts[int(after) - 1]


def test_every_typeface_is_embedded(reader: pypdf.PdfReader) -> None:
    fonts = {}
    for sheet in reader.pages:
        resources: Any = sheet["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            fonts[font["/BaseFont"]] = descriptor
    assert all("/FontFile3" in item or "/FontFile2" in item for item in fonts.values())
    assert {"Serif" in name or "Sans" in name for name in fonts} == {True}


def test_nothing_is_wider_than_its_column_or_off_its_page(
    sheets: list[pdfplumber.page.Page],
) -> None:
    assert sheets
    margin = (page.PAGE_WIDTH_MM - page.FULL_WIDTH_MM) / 2 * MM
    for sheet in sheets:
        assert (round(sheet.width), round(sheet.height)) == (595, 842)
        for thing in (*sheet.chars, *sheet.lines, *sheet.rects, *sheet.curves):
            assert thing["x0"] >= margin - 1
            assert thing["x1"] <= sheet.width - margin + 1
            assert thing["top"] >= 0
            assert thing["bottom"] <= sheet.height


def test_no_words_lie_on_one_another(sheets: list[pdfplumber.page.Page]) -> None:
    for sheet in sheets:
        words = sorted(sheet.extract_words(), key=lambda word: word["top"])
        for at, first in enumerate(words):
            for second in words[at + 1 :]:
                if second["top"] > first["bottom"] - 4:
                    break  # it stands below, and so do the rest
                across = min(first["x1"], second["x1"]) - max(first["x0"], second["x0"])
                down = min(first["bottom"], second["bottom"]) - max(first["top"], second["top"])
                assert across < 1 or down < 4, (first["text"], second["text"])


def test_every_page_says_that_the_profile_is_not_the_full_one(texts: list[str]) -> None:
    assert all("quick profile" in text for text in texts)


def test_runs_and_commands_are_listed(texts: list[str], planted_once: Planted) -> None:
    whole = " ".join(texts)
    for name, run_id in planted_once.run_ids.items():
        assert name in whole
        assert run_id in whole.replace(" ", "")
    assert "./toxw run -e fashion -- --profile quick" in whole
    assert "evidence.json" in whole


def test_ledger_lines_lead_to_the_runs(reader: pypdf.PdfReader, planted_once: Planted) -> None:
    addresses = {
        link["/A"]["/URI"] for sheet in reader.pages for link in annotations(sheet) if "/A" in link
    }
    for run_id in planted_once.run_ids.values():
        assert any(address.endswith(f"/runs/{run_id}") for address in addresses)


def test_tables_travel_in_it_whole(reader: pypdf.PdfReader, planted_once: Planted) -> None:
    table = planted_once.artifact("classification.tuning", "tables/trials.csv").read_bytes()
    assert reader.attachments["classification.tuning.trials.csv"][0] == table


def test_figures_are_vectors(reader: pypdf.PdfReader) -> None:
    assert [image.name for sheet in reader.pages for image in sheet.images] == []


def test_missing_facts_are_said_where_they_would_stand(texts: list[str]) -> None:
    whole = " ".join(texts)
    assert "Names and group number are missing in handin.toml" in whole
    assert whole.count("This statement is missing in handin.toml") == 2


@pytest.fixture(scope="module")
def draft(
    planted_once: Planted, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Report, list[str]]:
    """A draft on generated data that lacks runs, handed in by people with odd names."""
    planted = planted_once.copy(tmp_path_factory.mktemp("draft"))
    source = names.Tag.DATA_SOURCE
    planted.write("UPDATE tags SET value = ? WHERE key = ?", names.DataSource.STAND_IN, source)
    planted.forget("classification.final", "classification.tuning")
    planted.artifact("classification.initial", names.FINGERPRINT_FILE).write_text(
        '{"libraries": {"click": "0.1"}}'
    )
    answer_shortly(planted.root)
    report = replace(
        collect(STUDY, planted.runs(), planted.root),
        facts=HandIn(
            group="21",
            authors=("Family <b>One</b>", "Family {{ Two }}"),
            generative_ai="We used *none* & <i>nothing</i>.",
            collaboration="Both did all.\n\nThen we met.",
        ),
    )
    return report, read_from(render(report, draft=True))


Draft = tuple[Report, list[str]]


def test_facts_of_people_are_printed_as_they_are(draft: Draft) -> None:
    whole = " ".join(draft[1])
    assert "Family <b>One</b>, Family {{ Two }}, group 21" in whole
    assert "We used *none* & <i>nothing</i>." in whole
    assert "Both did all. Then we met." in whole
    assert "missing" not in whole


@pytest.mark.parametrize(
    ("name", "facts", "said"),
    [
        ("fashion", HandIn(group="21"), "group 21, names are missing in handin.toml"),
        (
            "fashion",
            HandIn(authors=("Family One",)),
            "Family One, group number is missing in handin.toml",
        ),
        ("sketches", HandIn(), "Names and student number are missing in handin.toml"),
        ("sketches", HandIn(authors=("Family One",), student_id="s1"), "Family One, student s1"),
        ("scratch", HandIn(group="21"), "Names are missing in handin.toml"),
    ],
)
def test_the_front_page_asks_for_what_the_study_is_handed_in_under(
    draft: Draft, name: str, facts: HandIn, said: str
) -> None:
    study = next(each for each in STUDIES if each.name == name)
    evidence = record.evidence(replace(draft[0], study=study, facts=facts), draft=True)
    known, missing = document.handed_in_by(evidence)
    assert ", ".join(part for part in (known, missing) if part) == said


def test_generated_data_is_said_on_every_page(draft: Draft) -> None:
    assert all("stand-in data" in text for text in draft[1])


def test_a_report_with_problems_is_refused_with_all_of_them(draft: Draft) -> None:
    with pytest.raises(ReportError) as error:
        refuse(draft[0])
    assert "cannot be built (3 problems)" in error.value.message
    assert "Expected a finished run classification.final" in error.value.message
    assert "run classification.initial" in error.value.message
    assert "is stale: click was 0.1" in error.value.message
    assert error.value.command == "python -m experiments run fashion --profile quick --seed 42"


def test_a_draft_says_so_on_every_page_and_what_it_lacks(draft: Draft) -> None:
    assert all("DRAFT" in text for text in draft[1])
    whole = " ".join(draft[1])
    assert whole.count("Not answered.") == 2
    assert "Received: none" in whole


def test_the_pdf_engine_reaches_nothing_but_the_report(tmp_path: Path) -> None:
    own = OwnResources({"a.svg": b"<svg/>"})
    assert own.fetch("report:a.svg").read() == b"<svg/>"
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for address in (
        secret.as_uri(),
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.org/",
        "ftp://example.org/",
        "report:b.svg",
        "report:../a.svg",
    ):
        with pytest.raises(ValueError, match=r"disallowed protocol|own files"):
            own.fetch(address)


@pytest.mark.parametrize(
    "inside",
    [
        b'<image href="file:///etc/passwd" width="5" height="5"/>',
        b'<image href="http://127.0.0.1:9/x.png" width="5" height="5"/>',
    ],
)
def test_a_figure_that_reaches_out_is_refused(inside: bytes) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm">' + inside + b"</svg>"
    page_of_it = weasyprint.HTML(
        string="<img src='report:a.svg' alt='a'>", url_fetcher=OwnResources({"a.svg": svg})
    )
    with (
        pytest.raises(ReportError, match=r"The PDF engine warned: .*disallowed protocol"),
        warnings_refused(),
    ):
        page_of_it.write_pdf()


def test_whatever_the_pdf_engine_warns_of_is_an_error() -> None:
    with (
        pytest.raises(ReportError, match=r"The PDF engine warned: .*unknown property"),
        warnings_refused(),
    ):
        weasyprint.HTML(string="<p style='colour: red'>x</p>").render()


def test_a_file_is_put_in_its_place_whole(tmp_path: Path) -> None:
    path = tmp_path / "build" / "fashion.pdf"
    write(path, b"first")
    write(path, b"second")
    assert path.read_bytes() == b"second"
    assert [item.name for item in path.parent.iterdir()] == ["fashion.pdf"]
