"""Lies in the PDF itself: in its words, links, drawings, pages and attached files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    NameObject,
    TextStringObject,
)

from report.verification.carried import Carried
from report.verification.verify import disagreements, read
from tests.report.forging import edited, retype
from tests.report.verification.lies import said


def digit_in_an_answer(writer: pypdf.PdfWriter) -> None:
    retype(writer, "0.912", "0.992")


def word_in_an_answer(writer: pypdf.PdfWriter) -> None:
    retype(writer, "Dropout helped", "Dropout hurted")


def digit_that_only_readers_see(writer: pypdf.PdfWriter) -> None:
    """Leave the drawing and let a program read another digit."""
    for page in writer.pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            cmap = font.get_object()["/ToUnicode"].get_object()
            cmap.set_data(cmap.get_data().replace(b"<0039>", b"<0038>"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("+0.00540", ["", *"0.00540"], id="a lost sign"),
        pytest.param("+0.00540", "+0.00940", id="a changed digit"),
        pytest.param("+0.00540", ["+", "0", "", *"00540"], id="a lost point"),
    ],
)
def test_a_number_retyped_on_the_page_is_found_in_the_file(
    brief: bytes, before: str, after: Sequence[str]
) -> None:
    lie = edited(brief, lambda writer: retype(writer, before, after))
    found = said(disagreements(read(lie, "edited.pdf"), None))
    assert f"{''.join(after)!r} is printed where q5-n" in found
    assert "Question 5: 'Dropout" in found


def link_to_another_line(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        for reference in page.get("/Annots", []):
            annotation = reference.get_object()
            if annotation.get("/Dest") == "q6-n1":
                annotation[NameObject("/Dest")] = TextStringObject("q6-n2")
                return
    raise AssertionError("no such link")


def link_to_nowhere(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        for reference in page.get("/Annots", []):
            annotation = reference.get_object()
            if annotation.get("/Dest") == "q6-n1":
                annotation[NameObject("/Dest")] = TextStringObject("q6-n77")


def links_removed(writer: pypdf.PdfWriter) -> None:
    writer.remove_links()


def drawing_of_a_figure(writer: pypdf.PdfWriter) -> None:
    """Draw a figure's line elsewhere."""
    for page in writer.pages:
        contents: Any = page["/Contents"].get_object()
        data = contents.get_data()
        if b"0 0.447059 0.698039 RG" in data:
            changed = DecodedStreamObject()
            changed.set_data(data.replace(b"0 0.447059 0.698039 RG", b"1 0 0 RG", 1))
            page[NameObject("/Contents")] = writer._add_object(changed)
            return
    raise AssertionError("no page draws in that colour")


def words_for_a_picture(writer: pypdf.PdfWriter) -> None:
    """Have something else read out than the picture's own alternative text."""
    waiting: list[Any] = [writer._root_object["/StructTreeRoot"].get_object()]
    while waiting:
        item = waiting.pop()
        if item.get("/S") == "/Figure" and "/Alt" in item and item["/Alt"] != "Draft":
            item[NameObject("/Alt")] = TextStringObject("Test accuracy rises to the top.")
            return
        below = item["/K"].get_object() if "/K" in item else []
        parts = [part.get_object() for part in (below if isinstance(below, list) else [below])]
        waiting += [part for part in parts if isinstance(part, dict)]
    raise AssertionError("no picture has an alternative text")


def page_removed(writer: pypdf.PdfWriter) -> None:
    writer.remove_page(2)


def pages_swapped(writer: pypdf.PdfWriter) -> None:
    kids: Any = writer._root_object["/Pages"].get_object()
    pages = list(kids["/Kids"])
    pages[1], pages[2] = pages[2], pages[1]
    kids[NameObject("/Kids")] = ArrayObject(pages)


def text_added(writer: pypdf.PdfWriter) -> None:
    contents: Any = writer.pages[0]["/Contents"].get_object()
    changed = DecodedStreamObject()
    changed.set_data(contents.get_data() + b"\n0 0 1 rg 50 50 100 20 re f")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(changed)


def all_over(writer: pypdf.PdfWriter) -> None:
    """Tell lies in different places at once."""
    digit_in_an_answer(writer)
    word_in_an_answer(writer)
    link_to_another_line(writer)
    drawing_of_a_figure(writer)
    text_added(writer)


PDF_LIES: dict[str, tuple[Callable[[pypdf.PdfWriter], None], list[str]]] = {
    "a digit, a word, a link, a figure and a page's ground": (
        all_over,
        [
            "'0.992' is printed where q6-n",
            "'Dropout helped: over three repetitions",
            "'nine' is printed where q6-n2",
            "page 2 has changed since the report was built",
            "page 1 has changed since the report was built",
        ],
    ),
    "an alternative text": (
        words_for_a_picture,
        ["the alternative text 'Test accuracy rises to the top.' has no evidence"],
    ),
    "a digit for readers' programs": (digit_that_only_readers_see, ["is printed where"]),
    "a link into nothing": (link_to_nowhere, ["'nine' has no evidence"]),
    "no links": (links_removed, ["is not printed"]),
    "a page gone": (page_removed, ["pages, but was built with"]),
    "pages swapped": (pages_swapped, ["page 2 has changed since the report was built"]),
}


@pytest.mark.parametrize("lie", PDF_LIES)
def test_a_lie_in_the_pdf_is_found_without_a_store(brief: bytes, lie: str) -> None:
    edit, messages = PDF_LIES[lie]
    found = said(disagreements(read(edited(brief, edit), "edited.pdf"), None))
    assert [message for message in messages if message not in found] == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("classification.tuning.trials.csv", b"0.9084", b"0.99"),
        ("q5.md.j2", b"early stopping", b"late stopping"),
    ],
)
def test_an_attached_file_that_was_changed_or_removed_is_found(
    carried: Carried, name: str, before: bytes, after: bytes
) -> None:
    changed = {**carried.files, name: carried.files[name].replace(before, after)}
    found = said(disagreements(replace(carried, files=changed), None))
    assert f"the attached {name} is not the one that the report was built with" in found
    del changed[name]
    assert f"{name} is not attached" in said(disagreements(replace(carried, files=changed), None))
