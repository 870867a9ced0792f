"""Figures and tables of runs, which a report shows whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from report.errors import shown
from report.evidence.values import CellSource, Form, Number, Origin, Text, in_words


@dataclass(frozen=True)
class Figure:
    """A figure of a run: SVG drawn at print size."""

    origin: Origin
    path: str
    svg: bytes
    sha256: str
    width_mm: float
    height_mm: float


@dataclass(frozen=True)
class Table:
    """A table of a run, with its cells as in the CSV.

    Args:
        origin: the run.
        name: name of the table.
        path: path of the artifact.
        data: bytes of the artifact.
        columns: names in the header.
        cells: rows of texts.
        errors: error (half-width) of a column's values, by column name.
    """

    origin: Origin
    name: str
    path: str
    data: bytes
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    errors: Mapping[str, float] = field(default_factory=dict)

    def known_to(self, **errors: float | None) -> Self:
        """Set the errors (half-widths) of columns, by column name."""
        known = {name: error for name, error in errors.items() if error}
        return replace(self, errors={**self.errors, **known})

    def __len__(self) -> int:
        return len(self.cells)

    def text(self, row: int, column: str) -> Text:
        """Read a cell as text."""
        cell = self.cells[row][self._index(column)]
        return Text(cell, CellSource(self.origin, self.name, row, column))

    def number(self, row: int, column: str, form: Form = Form.MEASURED) -> Number:
        """Read a cell as a number.

        Raises:
            ValueError: the cell is not a number.
        """
        cell = self.cells[row][self._index(column)]
        source = CellSource(self.origin, self.name, row, column)
        try:
            value = float(cell)
        except ValueError:
            raise ValueError(
                f"Expected a finite number in {in_words(source.as_json())} of run {self.origin.run}"
                f" ({self.origin.run_id}). Received: {shown(cell)}"
            ) from None
        return Number(value, source, form).as_named()

    def numbers(self, column: str, form: Form = Form.MEASURED) -> tuple[Number, ...]:
        """Read a column of numbers."""
        return tuple(self.number(row, column, form) for row in range(len(self)))

    def rows_where(self, column: str, value: str | float) -> list[int]:
        """Find the rows whose cell reads or equals `value`.

        Raises:
            ValueError: there is no such row.
        """
        cells = [row[self._index(column)] for row in self.cells]
        rows = [at for at, cell in enumerate(cells) if _reads(cell, value)]
        if not rows:
            raise ValueError(
                f"Expected a row with {column}={value!r} in table {self.name} of run"
                f" {self.origin.run}. Received: {', '.join(dict.fromkeys(map(shown, cells)))}"
            )
        return rows

    def _index(self, column: str) -> int:
        if column not in self.columns:
            raise ValueError(
                f"Expected a column of table {self.name} of run {self.origin.run}:"
                f" {', '.join(self.columns)}. Received: {column}"
            )
        return self.columns.index(column)


def _reads(cell: str, value: str | float) -> bool:
    if isinstance(value, str):
        return cell == value
    try:
        return float(cell) == value
    except ValueError:
        return False
