"""Forge a report's PDF: retype its words, draw others, and make its page hashes agree."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from report.evidence.values import Json
from report.pages.drawing import drawings

Edit = Callable[[pypdf.PdfWriter], None]


def edited(pdf: bytes, edit: Edit) -> bytes:
    """Edit a PDF and leave its evidence as it is."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    edit(writer)
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def forged(pdf: bytes, edit: Edit, change: Callable[[Json], object] = lambda _: None) -> bytes:
    """Edit a PDF, change its evidence, and write the new hashes of its pages into the evidence."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    edit(writer)
    file = attached(writer, "evidence.json")
    evidence = json.loads(file.get_data())
    change(evidence)
    drawn: Any = writer  # its pages are a reader's pages
    evidence["pages"] = [drawing.sha256 for drawing in drawings(drawn)]
    file.set_data(json.dumps(evidence).encode())
    return written(writer)


def attached(writer: pypdf.PdfWriter, name: str) -> Any:
    """Find an attached file."""
    names: Any = writer._root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
    at = [str(item) for item in names].index(name)
    return names[at + 1].get_object()["/EF"].raw_get("/F").get_object()


def content(page: pypdf.PageObject) -> bytes:
    """Read what a page draws."""
    contents: Any = page["/Contents"].get_object()
    return bytes(contents.get_data())


def draw(writer: pypdf.PdfWriter, page: pypdf.PageObject, data: bytes) -> None:
    """Have a page draw something else."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    page[NameObject("/Contents")] = writer._add_object(stream)


def faces(page: pypdf.PageObject) -> Iterator[tuple[str, dict[str, str]]]:
    """List a page's typefaces, and how each writes each character, as hexadecimal glyphs.

    The body's comes first.
    """
    resources: Any = page["/Resources"]
    found = []
    for name, font in resources["/Font"].items():
        known = font.get_object()
        cmap = known["/ToUnicode"].get_object().get_data().decode()
        pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]{4})>", cmap)
        written = {chr(int(code, 16)): glyph for glyph, code in pairs}
        body = "Serif" in known["/BaseFont"] and {"g", "9"} <= written.keys()
        found.append((not body, name, written))
    yield from ((name, written) for _, name, written in sorted(found, key=lambda face: face[0]))


def retype(
    writer: pypdf.PdfWriter, before: str, after: Sequence[str], on: int | None = None
) -> None:
    """Replace characters by others, or by nothing, on the first page that has them.

    Args:
        writer: the PDF.
        before: the characters.
        after: one text for each of them; more for the last.
        on: number of the page, from 0; by default, any.
    """
    for page in writer.pages if on is None else [writer.pages[on]]:
        data = content(page).decode("latin-1")
        for _, glyphs in faces(page):
            if not set(before) | set("".join(after)) <= glyphs.keys():
                continue
            pattern = r">[^<]*<".join(glyphs[character] for character in before)
            found = re.search(pattern, data)
            if found:
                typed = re.split("(>[^<]*<)", found[0])
                typed[::2] = ["".join(glyphs[character] for character in new) for new in after]
                changed = f"{data[: found.start()]}{''.join(typed)}{data[found.end() :]}"
                draw(writer, page, changed.encode("latin-1"))
                return
    raise AssertionError(f"{before} is on no page")


def add_line(
    writer: pypdf.PdfWriter, words: str, page: int, x: float, y: float, *, first: bool = False
) -> None:
    """Draw a line of text in Helvetica.

    Args:
        writer: the PDF.
        words: the text.
        page: number of the page, from 0.
        x: distance from the left, in points.
        y: distance from the bottom, in points.
        first: draw it before everything else instead of after it.
    """
    sheet = writer.pages[page]
    resources: Any = sheet["/Resources"]
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    made = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    resources["/Font"][NameObject("/Forged")] = writer._add_object(made)
    line = f"BT /Forged 9 Tf {x} {y} Td ({words}) Tj ET".encode()
    own = b"q\n" + content(sheet) + b"\nQ"
    draw(writer, sheet, b"\n".join((line, own) if first else (own, line)))


def add_in_own_typeface(writer: pypdf.PdfWriter, words: str, page: int, x: float, y: float) -> None:
    """Draw a line of text in a typeface that the page embeds."""
    sheet = writer.pages[page]
    for name, glyphs in faces(sheet):
        if set(words) <= glyphs.keys():
            codes = "".join(glyphs[character] for character in words)
            line = f"BT {name} 9 Tf {x} {y} Td <{codes}> Tj ET".encode()
            draw(writer, sheet, b"q\n" + content(sheet) + b"\nQ\n" + line)
            return
    raise AssertionError(f"no typeface of the page has all letters of {words!r}")
