"""Read back what a report's PDF carries: its evidence, its words, its links and what it draws."""

import json
import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
from pypdf.errors import PyPdfError
from pypdf.generic import StreamObject

from report.errors import ReportError
from report.evidence.values import Json
from report.pages.attachments import DECLARATIONS, EVIDENCE
from report.pages.streams import stream_hash
from report.study import Study


@dataclass(frozen=True)
class Link:
    """A link inside the document, with the words that it lies on.

    Args:
        page: from 1.
        target: the anchor that it leads to.
        text: read from the page, its white space made plain.
    """

    page: int
    target: str
    text: str


@dataclass(frozen=True)
class Carried:
    """What a PDF carries.

    Args:
        evidence: the attached `evidence.json`.
        study: its questions and their evidence, as attached in `declarations.json`.
        files: all attached files, by name.
        texts: of each page, white space made plain.
        links: into the document itself, in order.
        pages: SHA-256 of what each page draws.
        streams: SHA-256 of all else that is drawn with: figures, pictures, fonts.
    """

    evidence: Json
    study: Study
    files: dict[str, bytes]
    texts: tuple[str, ...]
    links: tuple[Link, ...]
    pages: tuple[str, ...]
    streams: tuple[str, ...]


def read(data: bytes, name: str) -> Carried:
    """Read a PDF back.

    Args:
        data: the file.
        name: what to call it in errors.

    Raises:
        ReportError: it is no PDF, or carries no evidence.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds is said below, once
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        files = {key: bytes(parts[0]) for key, parts in reader.attachments.items()}
        evidence, study = _attached(files, EVIDENCE, name), _study(files, name)
        pages, streams = _drawn(reader)
        texts, links = _words(reader, data)
    except (PyPdfError, pypdfium2.PdfiumError, ValueError, KeyError, zlib.error) as error:
        raise ReportError(f"Expected a report's PDF. Received: {name} ({error})") from error
    return Carried(evidence, study, files, texts, links, pages, streams)


def _attached(files: Mapping[str, bytes], file: str, name: str) -> Json:
    if file not in files:
        raise ReportError(f"Expected {file} attached to {name}. Received: none")
    try:
        said = json.loads(files[file])
    except (ValueError, RecursionError) as error:
        raise ReportError(f"Expected JSON in {file} of {name}. Received: {error}") from error
    if not isinstance(said, dict):
        raise ReportError(f"Expected an object in {file} of {name}")
    return said


def _study(files: Mapping[str, bytes], name: str) -> Study:
    try:
        return Study.from_json(_attached(files, DECLARATIONS, name))
    except ValueError as error:
        raise ReportError(f"{DECLARATIONS} of {name}: {error}") from error


def plain(text: str) -> str:
    r"""Make white space plain and join hyphenated words, as PDF readers differ in both.

    >>> plain("over\u202fthe  hy\u2010\r\nphen")
    'over the hyphen'
    """
    joined = re.sub("[\u2010\u00ad\ufffe]\\s*\r?\n", "", text)
    return " ".join(joined.split())


def _drawn(reader: pypdf.PdfReader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Hash what each page draws, and all other streams but attachments and the file's own."""
    contents = [page.raw_get("/Contents").idnum for page in reader.pages]
    hashes = {}
    for number in sorted({*reader.xref[0], *reader.xref_objStm}):
        item: Any = reader.get_object(number)
        if isinstance(item, StreamObject) and item.get("/Type") not in {
            "/EmbeddedFile",
            "/ObjStm",
            "/XRef",
        }:
            # pypdf gives a stream decoded, predictor and all, but not as it stands in the file.
            body = item._data  # noqa: SLF001  # see above
            hashes[number] = stream_hash(body, item.get("/Filter") == "/FlateDecode")
    rest = sorted(value for number, value in hashes.items() if number not in contents)
    return tuple(hashes[number] for number in contents), tuple(rest)


def _words(reader: pypdf.PdfReader, data: bytes) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    texts, links = [], []
    document = pypdfium2.PdfDocument(data)
    try:
        for number, (page, shown) in enumerate(zip(reader.pages, document, strict=True), 1):
            words = shown.get_textpage()
            texts.append(plain(words.get_text_range()))
            links += [
                Link(number, target, plain(words.get_text_bounded(*box)))
                for target, box in _targets(page)
            ]
    finally:
        document.close()
    return tuple(texts), tuple(links)


def _targets(page: pypdf.PageObject) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    for reference in page.get("/Annots", []):
        annotation = reference.get_object()
        if isinstance(annotation.get("/Dest"), str):
            x1, y1, x2, y2 = (float(side) for side in annotation["/Rect"])
            yield annotation["/Dest"], (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
