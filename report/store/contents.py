"""Parse a run's artifacts; an error names the artifact that is not as expected."""

import csv
import io
import json
import tokenize
import zipfile
from typing import TYPE_CHECKING, Any

from report.errors import ReportError

if TYPE_CHECKING:
    import numpy as np

LARGEST = 1e15  # larger than any quantity of a study; beyond it, floats skip whole numbers


def rows(data: bytes, where: str) -> list[list[str]]:
    """Read a table: a header and rows of equal length.

    Args:
        data: CSV.
        where: which table it is, for error messages.

    Raises:
        ReportError: it is not a table.
    """
    try:
        found = [row for row in csv.reader(io.StringIO(data.decode())) if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ReportError(f"Expected a table in CSV. Received: {where} ({error})") from error
    if not found:
        raise ReportError(f"Expected a table in CSV. Received: {where}, which is empty")
    for at, row in enumerate(found):
        if len(row) != len(found[0]):
            raise ReportError(
                f"Expected {len(found[0])} cells in row {at} of {where}. Received: {len(row)}"
            )
    return found


def array(data: bytes, where: str) -> "np.ndarray":
    """Read an array of numbers.

    Raises:
        ReportError: it is not an array of numbers; objects are never unpickled.
    """
    import numpy as np

    try:
        found = np.load(io.BytesIO(data), allow_pickle=False)
    except (
        EOFError,
        MemoryError,
        OSError,
        OverflowError,
        SyntaxError,
        ValueError,
        tokenize.TokenError,
        zipfile.BadZipFile,
    ) as error:
        raise ReportError(f"Expected an array. Received: {where} ({error})") from error
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "biuf":
        raise ReportError(f"Expected an array of numbers. Received: {where}")
    if found.dtype.kind == "f" and not (np.abs(found) <= LARGEST).all():
        raise ReportError(f"Expected finite numbers of at most {LARGEST:g}. Received: {where}")
    return found


def mapping(data: bytes | str, where: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ReportError: it is not a JSON object.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"Expected a JSON object. Received: {where} ({error})") from error
    if not isinstance(found, dict):
        raise ReportError(f"Expected a JSON object. Received: {where}")
    return found
