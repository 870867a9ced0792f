"""Measure how full the pages of a report are."""

from collections.abc import Sequence
from io import BytesIO

import pdfplumber
import pypdf

TOP_MM, BODY_MM = 28, 243
POINTS_PER_MM = 72 / 25.4


def answer_pages(pdf: bytes, sheets: Sequence[pdfplumber.page.Page]) -> list[float]:
    """Measure the pages before the ledger.

    Args:
        pdf: the report.
        sheets: its pages, as read already.

    Returns:
        For each page, how far down its body the last mark stands, as a share of the body's height.
    """
    reader = pypdf.PdfReader(BytesIO(pdf))
    ledger = next(
        item for item in reader.outline if not isinstance(item, list) and item.title == "Ledger"
    )
    last = reader.get_destination_page_number(ledger)
    return [_fill(sheet) for sheet in sheets[:last]]


def _fill(sheet: pdfplumber.page.Page) -> float:
    top, height = TOP_MM * POINTS_PER_MM, BODY_MM * POINTS_PER_MM
    marks = (*sheet.chars, *sheet.lines, *sheet.curves, *sheet.rects, *sheet.images)
    inside = [mark["bottom"] for mark in marks if mark["bottom"] <= top + height + 1]
    return max(0.0, (max(inside, default=top) - top) / height)
