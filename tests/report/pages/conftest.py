"""The planted report's pages, read once: each takes a tenth of a second."""

from collections.abc import Iterator
from io import BytesIO

import pdfplumber
import pytest


@pytest.fixture(scope="session")
def sheets(built: bytes) -> Iterator[list[pdfplumber.page.Page]]:
    """The pages, with the letters, words and lines on them."""
    with pdfplumber.open(BytesIO(built)) as pdf:
        yield pdf.pages
