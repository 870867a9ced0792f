"""A report that another program saved, stamped, annotated, encrypted or damaged.

VOUCH_MUTATIONS=500 damages it in that many ways.
"""

import copy
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest
from pypdf.annotations import Highlight
from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

from report.errors import ReportError
from report.verification.carried import Carried
from report.verification.verify import disagreements, read
from tests.report.forging import edited

Edit = Callable[[pypdf.PdfWriter], None]


def found(pdf: bytes, edit: Edit) -> list[str]:
    return disagreements(read(edited(pdf, edit), "saved.pdf"), None)


def stream(writer: pypdf.PdfWriter, data: bytes) -> Any:
    made = DecodedStreamObject()
    made.set_data(data)
    return writer._add_object(made)


def content(page: pypdf.PageObject) -> bytes:
    item: Any = page["/Contents"]
    return bytes(item.get_object().get_data())


# What leaves a page as it was drawn.


def as_it_is(_writer: pypdf.PdfWriter) -> None:
    pass


def merged(writer: pypdf.PdfWriter) -> None:
    writer.compress_identical_objects()


def uncompressed(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        page[NameObject("/Contents")] = stream(writer, content(page))


def in_arrays(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        data = content(page)
        middle = data.index(b"\n", len(data) // 2)
        parts = (data[:middle], data[middle:])
        page[NameObject("/Contents")] = ArrayObject(stream(writer, part) for part in parts)


def of_another_title(writer: pypdf.PdfWriter) -> None:
    writer.add_metadata({"/Title": "Another title", "/Producer": "another program"})
    writer.xmp_metadata = None


def with_other_resources(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        resources: Any = page["/Resources"]
        resources[NameObject("/XObject")][NameObject("/Unused")] = stream(writer, b"unused")


def encrypted_for_nobody(writer: pypdf.PdfWriter) -> None:
    writer.encrypt("", "owner", algorithm="AES-256")


@pytest.mark.parametrize(
    "edit",
    [
        as_it_is,
        merged,
        uncompressed,
        in_arrays,
        of_another_title,
        with_other_resources,
        encrypted_for_nobody,
    ],
)
def test_a_report_saved_again_holds(brief: bytes, edit: Edit) -> None:
    assert found(brief, edit) == []


def test_a_long_report_saved_again_holds(built: bytes) -> None:
    def edit(writer: pypdf.PdfWriter) -> None:
        merged(writer)
        in_arrays(writer)

    assert found(built, edit) == []


# What does not, each told in its own sentence.


def with_a_cover(writer: pypdf.PdfWriter) -> None:
    writer.insert_blank_page(595, 842, 0)


def with_a_page_behind(writer: pypdf.PdfWriter) -> None:
    writer.add_blank_page(595, 842)


def with_a_note(writer: pypdf.PdfWriter) -> None:
    rect = (100.0, 100.0, 200.0, 120.0)
    corners = ArrayObject(map(FloatObject, (100, 120, 200, 120, 100, 100, 200, 100)))
    writer.add_annotation(2, Highlight(rect=rect, quad_points=corners))


def stamped(writer: pypdf.PdfWriter) -> None:
    page = writer.pages[3]
    parts = (b"q", content(page), b"Q 0 0 1 rg 50 50 100 20 re f")
    page[NameObject("/Contents")] = ArrayObject(stream(writer, part) for part in parts)


def stamped_in_one_stream(writer: pypdf.PdfWriter) -> None:
    page = writer.pages[3]
    data = b"q\n" + content(page) + b"\nQ\nq 0 0 1 rg 50 50 100 20 re f Q"
    page[NameObject("/Contents")] = stream(writer, data)


def with_another_figure(writer: pypdf.PdfWriter) -> None:
    in_arrays(writer)
    for page in writer.pages:
        for reference in page["/Contents"]:  # type: ignore[attr-defined]  # an array, see above
            part = reference.get_object()
            part.set_data(part.get_data().replace(b"0 0.447059 0.698039 RG", b"1 0 0 RG"))


def with_another_font(writer: pypdf.PdfWriter) -> None:
    resources: Any = writer.pages[1]["/Resources"]
    fonts = resources["/Font"]
    drawn = content(writer.pages[1])
    one, other = sorted(name for name in fonts if f"{name} ".encode() in drawn)[:2]
    fonts[NameObject(one)], fonts[NameObject(other)] = fonts.raw_get(other), fonts.raw_get(one)


def cropped(writer: pypdf.PdfWriter) -> None:
    writer.pages[1].cropbox.upper_right = (595, 400)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (with_a_cover, "page 1 was added after the report was built"),
        (with_a_page_behind, "page {behind} was added after the report was built"),
        (with_a_note, "an annotation (Highlight) was added on page 3 after the report was built"),
        (stamped, "something was stamped on page 4 after the report was built"),
        (stamped_in_one_stream, "something was stamped on page 4 after the report was built"),
        (with_another_figure, "page 2 has changed since the report was built"),
        (with_another_font, "page 2 has changed since the report was built"),
        (cropped, "page 2 has changed since the report was built"),
    ],
)
def test_what_was_changed_is_named(brief: bytes, edit: Edit, message: str) -> None:
    named = found(brief, edit)
    message = message.format(behind=len(pypdf.PdfReader(BytesIO(brief)).pages) + 1)
    assert message in named
    if "added" in message or "stamped" in message:
        assert [line for line in named if " pages, but was built with " not in line] == [message]


def test_a_password_is_asked_to_be_taken_off(brief: bytes) -> None:
    locked = edited(brief, lambda writer: writer.encrypt("secret", algorithm="AES-256"))
    with pytest.raises(ReportError, match="is encrypted with a password: save it without one"):
        read(locked, "x.pdf")


# Any bytes at all end in one sentence.


@pytest.fixture(scope="module")
def small(brief: bytes) -> bytes:
    """A report of two pages, to be damaged often."""
    source = pypdf.PdfReader(BytesIO(brief))
    writer = pypdf.PdfWriter()
    writer.append(source, pages=(1, 3), import_outline=False)
    for name, parts in source.attachments.items():
        writer.add_attachment(name, parts[0])
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def damaged(pdf: bytes, seed: int) -> bytes:
    """Damage a file in one of six ways."""
    chance = random.Random(seed)
    data, way = bytearray(pdf), seed % 6
    if way == 0:
        for _ in range(chance.choice([1, 30, 3000])):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif way == 1:
        del data[chance.randrange(len(data)) :]
    elif way == 2:
        length = chance.randrange(10, 5000)
        first, second = (chance.randrange(len(data) - length) for _ in "ab")
        data[first : first + length] = data[second : second + length]
    else:
        pattern, others = (
            (rb"(?<=\n)\d+ 0 obj.*?endobj", [b""]),
            (rb"(?<=[ \[])\d+(?=[ \]\n])", [b"-1", b"null", b"9" * 30, b"(x)", b"<<>>", b"/N"]),
            (
                rb"(?<=/)(?:Kids|Contents|Annots|Names|EF|Root|Filter|Length|W|Rect) ",
                [b"T ", b"Q "],
            ),
        )[way - 3]
        places = list(re.finditer(pattern, pdf, re.DOTALL))
        some = chance.sample(places, min(len(places), chance.choice([1, 5, 50])))
        for place in sorted(some, key=re.Match.start, reverse=True):
            data[place.start() : place.end()] = chance.choice(others)
    return bytes(data)


def one_sentence(error: ReportError) -> bool:
    return error.message.startswith("Expected ") and "\n" not in error.message


def test_a_damaged_file_ends_in_one_sentence(small: bytes) -> None:
    refusals = []
    count = int(os.environ.get("VOUCH_MUTATIONS", "60"))
    for seed in range(count):
        try:
            disagreements(read(damaged(small, seed), "x.pdf"), None)
        except ReportError as error:
            refusals.append(error)
    assert len(refusals) > count // 3
    assert all(map(one_sentence, refusals))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"\n" * 10_000,
        b"%PDF-1.7\ntrailer<</Root<</Pages " + b"<</Kids[" * 5_000,
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    ],
    ids=["empty", "header", "blank", "nested pages", "nested arrays"],
)
def test_what_is_hardly_a_file_ends_in_one_sentence(data: bytes) -> None:
    with pytest.raises(ReportError) as refused:
        read(data, "x.pdf")
    assert one_sentence(refused.value)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Walk over all places of a JSON value."""
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    for key, item in listed.items() if isinstance(listed, dict) else ():
        yield (*path, key)
        yield from paths(item, (*path, key))


# fmt: off
ODD: tuple[Any, ...] = (
    None, True, -1, 10**9, 2.5, 1e300, 10**400, float("inf"), float("nan"), "", "x", "p < 1,000",
    "\ud800", [], [[]], {}, {"a": 1},
)
# fmt: on


def with_evidence(evidence: Any) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("evidence.json", json.dumps(evidence).encode())
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def test_an_odd_value_anywhere_in_the_evidence_is_named(carried: Carried) -> None:
    kinds: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for path in paths(carried.evidence):
        kinds.setdefault(tuple("" if isinstance(key, int) else key for key in path), path)
    chance = random.Random(7)
    refusals = []
    for path in kinds.values():
        for odd in chance.sample(ODD, 2):
            evidence = copy.deepcopy(carried.evidence)
            place: Any = evidence
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = odd
            try:
                said = read(with_evidence(evidence), "x.pdf").evidence
                disagreements(replace(carried, evidence=said), None)
            except ReportError as error:
                refusals.append(error)
    assert len(refusals) > len(kinds)
    assert all(map(one_sentence, refusals))
