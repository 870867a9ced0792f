"""Print a report as PDF: tagged, self-contained, and byte-identical for the same runs."""

import copy
import gc
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
import weasyprint
from pypdf import PdfReader
from weasyprint.urls import URLFetcher, URLFetcherResponse

from report import record
from report.build import Report
from report.errors import ReportError
from report.evidence.values import Json
from report.pages import document, flow, typefaces
from report.pages.attachments import DECLARATIONS, EVIDENCE, attachment_name, template_name
from report.pages.drawing import alternatives, drawings
from report.pages.svg import with_words_as_text
from report.pages.watermark import outlined
from report.store.reader import ROOT

TYPES = {
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".otf": "font/otf",
    ".csv": "text/csv",
    ".json": "application/json",
    ".j2": "text/plain",
}

_SPACE_BEFORE_INLINE = re.compile(r"(?<=[^\s>]) (?=<(?:a|code|em|img|span|strong)\b)")


class OwnResources(URLFetcher):
    """Serves the PDF engine the report's own pictures, fonts and style, and nothing else."""

    def __init__(self, resources: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._resources = resources

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Fetch `report:NAME` or a `data:` address.

        Raises:
            ValueError: it is any other address.
        """
        if not url.startswith("report:"):
            return super().fetch(url, headers)
        name = url.removeprefix("report:")
        if name not in self._resources:
            raise ValueError(f"Expected one of the report's own files. Received: {name}")
        kind = TYPES.get(Path(name).suffix, "application/octet-stream")
        return URLFetcherResponse(url, self._resources[name], {"Content-Type": kind})


def resources(report: Report, *, draft: bool) -> dict[str, bytes]:
    """Collect everything the document refers to, by name."""
    figures = {
        f"{figure.origin.run_id}/{figure.path}": with_words_as_text(figure.svg)
        for _, figure in report.ledger.figures()
    }
    style = (ROOT / "templates" / "base.css").read_bytes()
    faces = typefaces.files()
    watermark = outlined("DRAFT", faces["SourceSansPro-Semibold.otf"]) if draft else b""
    own = {"base.css": style, "watermark.svg": watermark}
    return {**figures, **report.formulas.drawn, **faces, **own}


@contextmanager
def warnings_refused() -> Iterator[None]:
    """Turn the PDF engine's warnings into an error.

    Raises:
        ReportError: the engine warned of unknown CSS, a missing picture, a broken link, …
    """
    heard: list[str] = []

    class _Hear(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            heard.append(entry.getMessage())

    logger, handler = logging.getLogger("weasyprint"), _Hear(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if heard:
        raise ReportError("The PDF engine warned: " + "; ".join(dict.fromkeys(heard)))


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Turn off garbage collection.

    A report's pages consist of a million objects, all needed until the last page is laid out;
    searching them for garbage again and again would take a fifth of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def render(report: Report, *, draft: bool = False) -> bytes:
    """Print a report as PDF/UA-1 with `evidence.json` and its tables attached."""
    body = record.evidence(report, draft=draft)
    moment = document.created(body)
    tables = {attachment_name(table): table for _, table in report.ledger.tables()}
    files = [
        (name, table.data, f"Table of run {table.origin.run_id}") for name, table in tables.items()
    ]
    declared = json.dumps(report.study.as_json(), indent=1, ensure_ascii=False).encode()
    files.append((DECLARATIONS, declared, "This report's questions, and how each value is read"))
    for answer in report.answered():
        words = answer.template.source.encode()
        files.append((template_name(answer.question.key), words, answer.template.file))
    return _printed(report, body, _attach(body, files, moment))


def redrawn(report: Report, body: Json) -> list[str]:
    """Lay out again what another PDF shows; return SHA-256 of each page's drawing.

    Args:
        report: the report, with its answers rendered again.
        body: the other PDF's evidence, from which everything outside the answers is taken.
    """
    hashes: list[str] = []

    def read(_document: Any, pdf: pydyf.PDF) -> None:
        hashes.extend(_read_back(pdf)[0])

    _printed(report, body, read)
    return hashes


def _printed(report: Report, body: Json, finish: Callable[[Any, pydyf.PDF], None]) -> bytes:
    """Lay a report out, and write it as PDF once `finish` has added to it."""
    parts = {answer.question.label: document.parts_of(answer) for answer in report.answered()}
    addresses = {stage.run.run_id: stage.origin.address for stage in report.runs.cited.values()}
    with warnings_refused(), nothing_collected():
        fetcher = OwnResources(resources(report, draft=body["draft"]))
        page = document.of(body, report.study, parts, addresses)
        page = flow.arranged(page, lambda html: laid_out(html, fetcher))
        return laid_out(document.html(page), fetcher).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=_identifier(body), finisher=finish
        )


def laid_out(html: str, fetcher: OwnResources) -> weasyprint.Document:
    """Lay HTML out on pages.

    If all of a text fits on a line except the space before a link, WeasyPrint 70 breaks the line at
    the text's first space instead of its last. An invisible character after the space prevents it.
    """
    html = _SPACE_BEFORE_INLINE.sub(" \u200b", html)
    return weasyprint.HTML(string=html, base_url="report:", url_fetcher=fetcher).render()


def _identifier(body: Json) -> bytes:
    return hashlib.sha256(record.as_bytes(body, (), ())).hexdigest()[:32].encode()


def _attach(
    body: Json, files: list[tuple[str, bytes, str]], moment: datetime
) -> Callable[[Any, pydyf.PDF], None]:
    """Make the function that attaches the evidence once the pages are drawn and can be hashed."""

    def finish(_document: Any, pdf: pydyf.PDF) -> None:
        evidence = record.as_bytes(body, *_read_back(pdf))
        listed = [(EVIDENCE, evidence, "The evidence for this report"), *files]
        names = pydyf.Array()
        for name, data, description in sorted(listed):
            names.append(pydyf.String(name))
            names.append(_embedded(pdf, name, data, description, moment))
        tree = pydyf.Dictionary({"Names": names})
        pdf.add_object(tree)
        pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference

    return finish


def _embedded(pdf: pydyf.PDF, name: str, data: bytes, description: str, moment: datetime) -> bytes:
    date = pydyf.String(f"{moment:D:%Y%m%d%H%M%SZ}")
    kind = TYPES[Path(name).suffix]
    checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
    stream = pydyf.Stream(
        [data],
        pydyf.Dictionary(
            {
                "Type": "/EmbeddedFile",
                "Subtype": f"/{kind.replace('/', '#2f')}",
                "Params": pydyf.Dictionary(
                    {
                        "CheckSum": f"<{checksum}>",
                        "Size": len(data),
                        "CreationDate": date,
                        "ModDate": date,
                    }
                ),
            }
        ),
        compress=True,
    )
    pdf.add_object(stream)
    file = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(name),
            "UF": pydyf.String(name),
            "EF": pydyf.Dictionary({"F": stream.reference}),
            "Desc": pydyf.String(description),
        }
    )
    pdf.add_object(file)
    return bytes(file.reference)


def _read_back(pdf: pydyf.PDF) -> tuple[list[str], frozenset[str]]:
    """Hash what each page draws, and list the alternative texts, before anything is attached."""
    alone, file = copy.copy(pdf), BytesIO()
    alone.objects = list(pdf.objects)  # writing the file adds one
    alone.write(file)
    reader = PdfReader(file)
    return [drawing.sha256 for drawing in drawings(reader)], alternatives(reader)
