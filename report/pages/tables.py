"""Lay out a run's table: its columns, with numbers to the same decimals, aligned at the point."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from report.answers.markdown import escaped
from report.answers.printing import (
    UNKNOWN_ERROR_DIGITS,
    Printed,
    fixed,
    known_decimals,
    printed,
    significant_decimals,
)
from report.evidence.exhibits import Table
from report.evidence.values import Form, Number
from report.pages.typefaces import width_mm

ROWS = 24  # more would fill pages; the whole table is attached to the PDF as CSV
MOST_MORE = 4  # decimals that a small value gets beyond its column's
LEAST_DIGITS = 2  # significant digits that a small value keeps beside large ones
SEED = "seed"  # the column of seeds, whose digits are not grouped: they are labels, not counts
_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?")
SIZE_PT, GAP_MM = 8.5, 3.0  # as templates/base.css sets tables
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"


@dataclass(frozen=True)
class Cell:
    """A cell as printed.

    Args:
        text: as printed.
        number: the evidence, if the cell is a number.
        printed: the number's text and rounding.
        padding: invisible characters that align the number's point with the others'.
    """

    text: str
    number: Number | None = None
    printed: Printed | None = None
    padding: str = ""


@dataclass(frozen=True)
class Column:
    """A column as printed."""

    name: str
    header: str
    numeric: bool
    cells: tuple[Cell, ...]


def set_columns(
    table: Table, columns: Mapping[str, str], percent: Collection[str], rows: int = ROWS
) -> list[Column]:
    """Lay out a table's columns.

    Args:
        table: the table.
        columns: the header of each column shown, by column name.
        percent: names of the columns whose shares are written as percentages.
        rows: maximum number of rows to show.

    Raises:
        ValueError: the table has no such column.
    """
    return [
        _column(table, name, header, name in percent, range(min(len(table), rows)))
        for name, header in columns.items()
    ]


def html(columns: Sequence[Column], cell: Callable[[Cell, int, int], str]) -> str:
    """Write a table.

    Args:
        columns: the columns, laid out.
        cell: HTML of a cell, from the cell, its row and its column.
    """
    kinds = [" class=number" if column.numeric else "" for column in columns]
    head = "".join(
        f'<th scope="col"{kind}>{escaped(column.header)}</th>'
        for kind, column in zip(kinds, columns, strict=True)
    )
    rows = []
    for row, line in enumerate(zip(*(column.cells for column in columns), strict=True)):
        cells = (f"<td{kinds[at]}>{cell(item, row, at)}</td>" for at, item in enumerate(line))
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def least_width_mm(columns: Sequence[Column]) -> float:
    """Compute a table's minimum width: its longest words and numbers side by side."""
    widths = []
    for column in columns:
        texts = [cell.text + cell.padding for cell in column.cells]
        words = texts if column.numeric else [word for text in texts for word in text.split(" ")]
        widest = max((width_mm(word, SIZE_PT) for word in words), default=0.0)
        head = max(
            (width_mm(word, SIZE_PT, bold=True) for word in column.header.split()), default=0
        )
        widths.append(max(widest, head))
    return sum(widths) + GAP_MM * (len(columns) - 1)


def _column(table: Table, name: str, header: str, percent: bool, rows: range) -> Column:
    texts = [table.text(row, name).value for row in rows]
    filled = [text for text in texts if text]
    if not filled or not all(_is_number(text) for text in filled):
        words = {"True": "yes", "False": "no"}
        shown = (Cell(words.get(text, _unbroken(text))) for text in texts)
        return Column(name, header, False, tuple(shown))
    form = _form(filled)
    numbers = [table.number(row, name, form) if text else None for row, text in enumerate(texts)]
    given = [number for number in numbers if number]
    if name == SEED:
        written = [Printed(f"{number.value:.0f}", 1.0, 0) for number in given]
    else:
        written = _write(given, percent, table.errors.get(name))
    longest = max(_after_point(item.text) for item in written)
    following = iter(written)
    cells = []
    for number in numbers:
        if number is None:
            cells.append(Cell(""))
        else:
            item = next(following)
            cells.append(Cell(item.text, number, item, _padding(item.text, longest)))
    return Column(name, header, True, tuple(cells))


def _unbroken(text: str) -> str:
    r"""Keep the two sides of a size on one line.

    >>> _unbroken("a 3 × 3 kernel")
    'a 3\xa0×\xa03 kernel'
    """
    return text.replace(" × ", "\u00a0×\u00a0")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _form(texts: Sequence[str]) -> Form:
    """Tell counts, settings and measurements apart by their notation."""
    if all(_WHOLE.fullmatch(text) for text in texts):
        return Form.COUNT
    digits = max(len(Decimal(text).normalize().as_tuple().digits) for text in texts)
    return Form.EXACT if digits <= UNKNOWN_ERROR_DIGITS else Form.MEASURED


def _write(numbers: Sequence[Number], percent: bool, error: float | None) -> list[Printed]:
    if numbers[0].form is not Form.MEASURED and not percent:
        return [printed(number) for number in numbers]
    scale = 100.0 if percent else 1.0
    values = [number.value * scale for number in numbers]
    if error:
        decimals = [known_decimals(error * scale)] * len(values)
    else:
        most = significant_decimals(max(map(abs, values)), UNKNOWN_ERROR_DIGITS)
        # Beside 2,160 s, 4.5 s would be rounded to 0.
        decimals = [
            max(most, min(significant_decimals(value, LEAST_DIGITS), most + MOST_MORE))
            for value in values
        ]
    return [
        Printed(fixed(value, places), scale, places)
        for value, places in zip(values, decimals, strict=True)
    ]


def _after_point(text: str) -> int:
    return len(text.partition(".")[2])


def _padding(text: str, longest: int) -> str:
    """Return invisible characters as wide as the decimals that a number lacks.

    >>> len(_padding("0.1", 3)), len(_padding("10", 3)), len(_padding("10", 0))
    (2, 4, 0)
    """
    missing = longest - _after_point(text)
    point = POINT_SPACE if missing and "." not in text else ""
    return point + FIGURE_SPACE * missing
