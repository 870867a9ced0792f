"""The functions an answer may call: num, table, figure, verdict, require. Each logs its output."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from jinja2 import Undefined

from contract import page
from report.answers import markdown
from report.answers.formulas import Formulas
from report.answers.ledger import Block, Entry, Judgement, Ledger
from report.answers.normal_form import heard
from report.answers.printing import Printed, printed
from report.answers.template import CLOSE, MARK, OPEN
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Json, Number, Text, token
from report.evidence.verdicts import Outcome, Verdict
from report.pages import tables
from report.pages.attachments import attachment_name

_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Required:
    """The result of a `require` statement.

    Args:
        line: its line in the template.
        holds: whether its condition is true.
        values: the evidence that the condition names.
    """

    line: int
    holds: bool
    values: Mapping[str, str]


@dataclass(frozen=True)
class Caption:
    """A caption, with its tokens.

    Args:
        words: Markdown.
        proven: whether it is in a branch on a verdict.
    """

    words: str
    proven: bool


@dataclass
class Recorder:
    """The vocabulary of one question's answer."""

    question: str  # its label
    key: str  # the label as used in ids
    ledger: Ledger
    formulas: Formulas
    entries: list[Entry] = field(default_factory=list)
    texts: list[Json] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    required: list[Required] = field(default_factory=list)
    allowed: dict[str, str] = field(default_factory=dict)
    captions: list[Caption] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # alternative texts, headers of tables
    depth: int = 0  # nesting of branches on verdicts

    def enter(self) -> str:
        """Mark where a branch on a verdict begins."""
        self.depth += 1
        return token(OPEN, "")

    def leave(self) -> str:
        """Mark where a branch on a verdict ends."""
        self.depth -= 1
        return token(CLOSE, "")

    def num(
        self,
        number: object,
        *,
        percent: bool = False,
        points: bool = False,
        digits: int | None = None,
        words: bool = False,
        signed: bool = False,
        interval: bool = False,
        spread: bool = False,
    ) -> str:
        """Print a number.

        Args:
            number: evidence.
            percent: write a share as a percentage.
            points: write a difference of shares in percentage points.
            digits: significant digits, if fewer than are known.
            words: spell out a whole number up to twenty.
            signed: put a plus sign before a positive number.
            interval: add its 95 % interval.
            spread: add its standard deviation over seeds.
        """
        number = _expect(Number, number)
        shown = self._print(
            number, percent=percent, points=points, digits=digits, words=words, signed=signed
        )
        if interval:
            if number.bounds is None:
                raise ValueError(f"Expected a number with an interval. Received: {number.value}")
            low, high = (self._print(end, percent=percent) for end in number.bounds)
            shown += f" ({low}–{high})"
        if spread:
            if number.spread is None:
                raise ValueError(f"Expected a number over seeds. Received: {number.value}")
            shown += f"\u202f±\u202f{self._print(number.spread, percent=percent)}"
        return shown

    def _print(self, number: Number, **options: Any) -> str:
        entry = self._record(number, printed(number, **options))
        return token("n", f"{self.entries.index(entry):x}")

    def _record(self, number: Number, text: Printed, id_: str = "", place: str = "") -> Entry:
        for entry in self.entries:
            same = (entry.number.source, entry.printed) == (number.source, text)
            if same and not id_ and entry.place == entry.id:
                return entry
        own = id_ or f"{self.key}-n{len(self.entries) + 1}"
        entry = Entry(own, number, text, self.question, place or own)
        self.entries.append(entry)
        return entry

    def verdict(self, verdict: object) -> Outcome:
        """Return a verdict's outcome, to compare or to print."""
        verdict = _expect(Verdict, verdict)
        if verdict not in self.verdicts:
            self.verdicts.append(verdict)
        return verdict.outcome

    def judgements(self) -> list[Judgement]:
        """Record the numbers behind the verdicts used, unless the answer prints them anyway."""
        made = []
        for verdict in self.verdicts:
            entries = tuple(self._resting(number) for number in verdict.numbers)
            made.append(Judgement(verdict, self.question, entries))
        return made

    def _resting(self, number: Number) -> Entry:
        for entry in self.entries:
            if entry.number.source == number.source:
                return entry
        return self._record(number, printed(number))

    def require(self, holds: object, line: int, values: Mapping[str, object]) -> str:
        """Record whether a condition is true, and leave a mark that counts as proof."""
        self.required.append(
            Required(line, bool(holds), {name: in_words(value) for name, value in values.items()})
        )
        return token(MARK, f"{len(self.required) - 1:x}")

    def allow(self, *given: str) -> None:
        """Allow texts that contain a number or a claim; the last argument is the reason."""
        *texts, reason = given
        self.allowed |= dict.fromkeys(texts, reason)

    def figure(
        self,
        figure: object,
        alt: str,
        caption: str = "",
        caller: Callable[[], str] | None = None,
    ) -> str:
        """Show a figure.

        Args:
            figure: the figure.
            alt: alternative text.
            caption: Markdown; not used in a `call` block.
            caller: returns the body of a `call` block, which is its caption.
        """
        figure = _expect(Figure, figure)
        if not alt.strip():
            raise ValueError(f"Expected an alternative text for {figure.path}. Received: none")
        if token("n", "")[:2] in alt:
            what = "an alternative text without numbers; put numbers in the caption"
            raise ValueError(f"Expected {what}. Received: {figure.path}, with some")
        self.others.append(alt)
        name = f"{figure.origin.run_id}/{figure.path}"
        html = f'<img src="report:{name}" alt="{markdown.escaped(self.plain(alt))}">'
        wide = figure.width_mm > page.TEXT_WIDTH_MM + 1
        words = caller() if caller else caption
        if heard(self.plain(words)) == heard(self.plain(alt)):
            raise ValueError(
                f"Expected an alternative text for {figure.path}, for someone who cannot see it."
                f" Received: its caption again, {alt!r}"
            )
        return self._block(figure, html, words, wide=wide, alt=self.plain(alt))

    def table(
        self,
        table: object,
        columns: Mapping[str, str] | None = None,
        percent: Collection[str] = (),
        caption: str = "",
        caller: Callable[[], str] | None = None,
        *,
        wide: bool = False,
    ) -> str:
        """Show a table.

        Args:
            table: the table.
            columns: headers by column name, in the order shown; by default all columns.
            percent: names of the columns whose shares are written as percentages.
            caption: Markdown; not used in a `call` block.
            caller: returns the body of a `call` block, which is its caption.
            wide: let it extend into the margin.
        """
        table = _expect(Table, table)
        headers = columns or {name: name.replace("_", " ") for name in table.columns}
        self.others += (columns or {}).values()  # the others are names of the run's own columns
        laid_out = tables.set_columns(table, headers, percent)
        width = tables.least_width_mm(laid_out)
        if width > page.FULL_WIDTH_MM:
            raise ValueError(
                f"Expected a table of at most {page.FULL_WIDTH_MM} mm. Received: {width:.0f} mm of"
                f" {len(laid_out)} columns; show fewer of them"
            )
        place = self._place(table)
        html = tables.html(laid_out, lambda cell, row, at: self._cell(cell, row, at, place))
        if len(table) > tables.ROWS:
            html += f"<p class=more>Further rows are in the attached {attachment_name(table)}.</p>"
        words = caller() if caller else caption
        return self._block(table, html, words, wide=wide or width > page.TEXT_WIDTH_MM)

    def _place(self, shown: Figure | Table) -> str:
        """Return the anchor of the next figure's or table's line in the ledger."""
        count = sum(type(block.shown) is type(shown) for block in self.blocks) + 1
        return f"{self.key}-{'f' if isinstance(shown, Figure) else 't'}{count}"

    def _cell(self, cell: tables.Cell, row: int, at: int, place: str) -> str:
        """Record a cell in the ledger and link the cell to its line there."""
        if cell.number is None or cell.printed is None:
            return markdown.escaped(cell.text)
        self._record(cell.number, cell.printed, f"{place}-r{row}-c{at}", place)
        return f'<a class=n href="#{place}">{cell.text}</a>{cell.padding}'

    def _block(
        self,
        shown: Figure | Table,
        html: str,
        words: str,
        *,
        wide: bool,
        alt: str = "",
    ) -> str:
        self.captions.append(Caption(words, self.depth > 0))
        if not words.strip():
            raise ValueError(f"Expected a caption for {shown.path}. Received: none")
        kind = type(shown)
        earlier = [*self.ledger.blocks, *self.blocks]
        number = sum(isinstance(block.shown, kind) for block in earlier) + 1
        below = self.expand(markdown.inline(words, self.formulas.html))
        block = Block(
            id=f"{kind.__name__.lower()}-{number}",
            place=self._place(shown),
            number=number,
            shown=shown,
            question=self.question,
            caption=below,
            words=markdown.text_of(below),
            alt=alt,
            html=html,
            wide=wide,
        )
        self.blocks.append(block)
        return f"\n\n{token('b', f'{len(self.blocks) - 1:x}')}\n\n"

    def printable(self, value: object) -> object:
        """Check that an answer may print a value; Jinja calls it for each expression."""
        if isinstance(value, Verdict):
            return self.verdict(value)
        if isinstance(value, Figure | Table):
            return token("f", value.path.encode().hex() + value.origin.run_id)
        if value is None or isinstance(value, bool | int | float | bytes):
            raise TypeError(f"Expected evidence printed through num. Received: {value!r}")
        return value

    def expand(self, text: str) -> str:
        """Replace tokens with HTML."""
        return markdown.unbroken(markdown.expand(text, self._html))

    def plain(self, text: str) -> str:
        """Replace tokens with plain text."""
        return markdown.expand(text, self._plain)

    def _plain(self, kind: str, payload: str) -> str:
        if kind == "n":
            return self.entries[int(payload, 16)].printed.text
        if kind == "x":
            said = {"question": self.question, **json.loads(bytes.fromhex(payload))}
            if said not in self.texts:
                self.texts.append(said)
            return str(said["text"])
        return self._referred(payload).label if kind == "f" else ""

    def _html(self, kind: str, payload: str) -> str:
        if kind == "n":
            entry = self.entries[int(payload, 16)]
            return f'<a class=n href="#{entry.place}">{markdown.escaped(entry.printed.text)}</a>'
        if kind == "f":
            block = self._referred(payload)
            return f'<a class=ref href="#{block.id}">{block.label.replace(" ", "&nbsp;")}</a>'
        if kind == "b":
            return f"<!--block {payload}-->"
        return markdown.escaped(self._plain(kind, payload))

    def _referred(self, payload: str) -> Block:
        for block in self.blocks:
            if block.shown.path.encode().hex() + block.shown.origin.run_id == payload:
                return block
        raise ValueError("Expected a reference to a figure or table that this answer shows")


def _expect(kind: type[_Kind], value: object) -> _Kind:
    """Check the type of a piece of evidence.

    Raises:
        TypeError: it has another type.
    """
    if isinstance(value, Undefined):
        str(value)  # raises if it is undefined
    if not isinstance(value, kind):
        name = kind.__name__.lower()
        raise TypeError(f"Expected a {name} of the evidence. Received: {in_words(value)}")
    return value


def in_words(value: object) -> str:
    """Describe evidence for a message."""
    if isinstance(value, Number):
        return printed(value).text
    if isinstance(value, Text):
        return repr(value.value)
    if isinstance(value, Verdict):
        return str(value.outcome)
    return type(value).__name__
