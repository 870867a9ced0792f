"""Read a report's PDF: its attached evidence, its text, its links and what its pages draw."""

import json
import logging
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

import pypdf
import pypdfium2
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from contract.page import BOTTOM_MM, TOP_MM
from report.answers.normal_form import plain
from report.errors import ReportError
from report.evidence.values import Json
from report.pages.attachments import DECLARATIONS, EVIDENCE
from report.pages.drawing import Drawing, alternatives, drawings, resolved
from report.study import Study

PT_PER_MM = 72 / 25.4

# Errors that the two PDF readers are known to raise on damaged or odd files; caught only around
# calls that read the file.
UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DependencyError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    PyPdfError,
    RecursionError,
    TypeError,
    ValueError,
    pypdfium2.PdfiumError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Link:
    """A link inside the document, with the words it covers.

    Args:
        page: page number, from 1.
        target: the anchor it points to.
        text: its words on the page, in normal form.
    """

    page: int
    target: str
    text: str


@dataclass(frozen=True)
class Carried:
    """The contents of a report's PDF.

    Args:
        evidence: the attached `evidence.json`.
        study: its questions and their evidence, from the attached `declarations.json`.
        files: all attached files, by name.
        texts: the text of each page, in normal form.
        bodies: the same without the margins above and below, in which every page repeats its title.
        links: links within the document, in order.
        pages: what each page draws.
        alternatives: what is read out instead of pictures.
    """

    evidence: Json
    study: Study
    files: dict[str, bytes]
    texts: tuple[str, ...]
    bodies: tuple[str, ...]
    links: tuple[Link, ...]
    pages: tuple[Drawing, ...]
    alternatives: frozenset[str]


def read(data: bytes, name: str) -> Carried:
    """Read a report's PDF.

    Args:
        data: the file.
        name: its name in error messages.

    Raises:
        ReportError: it is not a readable PDF, or has no evidence attached.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # reported once, below
    try:
        return _read(data, name)
    except FileNotDecryptedError:
        why = "is encrypted with a password: save it without one"
    except UNREADABLE as error:
        why = f"cannot be read as PDF ({_in_one_line(error)})"
    raise ReportError(f"Expected a report's PDF. Received: {name}, which {why}")


def _in_one_line(error: BaseException) -> str:
    told = " ".join(str(error).split())
    return f"{type(error).__name__}: {told[:120]}" if told else type(error).__name__


def _read(data: bytes, name: str) -> Carried:
    # pypdf would search a file without a catalogue for one, object by object, for minutes.
    reader = pypdf.PdfReader(BytesIO(data), root_object_recovery_limit=10)
    files = _files(reader, name)
    evidence, study = _attached(files, EVIDENCE, name), _study(files, name)
    drawn = tuple(drawings(reader))
    texts, bodies, links = _words(reader, data)
    return Carried(evidence, study, files, texts, bodies, links, drawn, alternatives(reader))


def _files(reader: pypdf.PdfReader, name: str) -> dict[str, bytes]:
    attached = {key: [bytes(part) for part in parts] for key, parts in reader.attachments.items()}
    for key, parts in attached.items():
        if len(set(parts)) > 1:
            raise ReportError(f"Expected one {key} attached to {name}. Received: {len(parts)}")
    return {key: parts[0] for key, parts in attached.items() if parts}


def _attached(files: Mapping[str, bytes], file: str, name: str) -> Json:
    if file not in files:
        raise ReportError(f"Expected {file} attached to {name}. Received: none")
    try:
        said = json.loads(files[file], parse_constant=_refuse)
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


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _words(
    reader: pypdf.PdfReader, data: bytes
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Link, ...]]:
    texts, bodies, links = [], [], []
    document = pypdfium2.PdfDocument(data)
    try:
        for number, (page, shown) in enumerate(zip(reader.pages, document, strict=True), 1):
            words = shown.get_textpage()
            texts.append(plain(words.get_text_range()))
            width, height = shown.get_size()
            body = (0, BOTTOM_MM * PT_PER_MM, width, height - TOP_MM * PT_PER_MM)
            bodies.append(plain(words.get_text_bounded(*body)))
            links += [
                Link(number, target, plain(words.get_text_bounded(*box)))
                for target, box in _targets(page)
            ]
    finally:
        document.close()
    return tuple(texts), tuple(bodies), tuple(links)


def _targets(page: pypdf.PageObject) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    for reference in resolved(page, "/Annots") or ():
        annotation = reference.get_object()
        target = resolved(annotation, "/Dest")
        if isinstance(target, str):
            x1, y1, x2, y2 = (float(side) for side in resolved(annotation, "/Rect"))
            yield target, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
