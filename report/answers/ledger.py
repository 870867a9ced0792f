"""The ledger: what was printed from which evidence, in printing order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from report.answers.printing import Printed
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Json, Number
from report.evidence.verdicts import Verdict


@dataclass(frozen=True)
class Entry:
    """A number as it was printed.

    Args:
        id: its line in the ledger, `q3-n7`, or its table cell, `q3-t1-r0-c2`.
        number: the evidence.
        printed: text and rounding.
        question: label of the question it was printed under.
        place: the anchor that its link points to.
    """

    id: str
    number: Number
    printed: Printed
    question: str
    place: str

    def as_json(self) -> Json:
        """Write it for `evidence.json`."""
        return {
            "id": self.id,
            "question": self.question,
            "text": self.printed.text,
            "value": self.number.value,
            **self.number.source.as_json(),
            "scale": self.printed.scale,
            "decimals": self.printed.decimals,
            "place": self.place,
            **({"meaning": self.number.meaning} if self.number.meaning else {}),
            **({"unit": self.number.unit} if self.number.unit else {}),
            **({"seeds": list(self.number.seeds)} if self.number.seeds else {}),
        }


@dataclass(frozen=True)
class Block:
    """A figure or a table as it was shown.

    Args:
        id: its anchor, `figure-3`.
        place: the anchor of its line in the ledger, `q3-t1`.
        number: its number in the report.
        shown: the evidence.
        question: label of the question it was shown under.
        caption: HTML.
        words: the caption's text.
        alt: a figure's alternative text.
        html: the figure or table itself.
        wide: whether it extends into the margin.
    """

    id: str
    place: str
    number: int
    shown: Figure | Table
    question: str
    caption: str
    words: str
    alt: str
    html: str
    wide: bool

    @property
    def label(self) -> str:
        """How the text refers to it."""
        return f"{'Figure' if isinstance(self.shown, Figure) else 'Table'} {self.number}"


@dataclass(frozen=True)
class Judgement:
    """A verdict that an answer used, with the entries of its numbers."""

    verdict: Verdict
    question: str
    entries: tuple[Entry, ...]


@dataclass
class Ledger:
    """Everything that a report prints from its evidence."""

    entries: list[Entry] = field(default_factory=list)
    texts: list[Json] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)

    def figures(self) -> Iterator[tuple[Block, Figure]]:
        """List the figures shown."""
        for block in self.blocks:
            if isinstance(block.shown, Figure):
                yield block, block.shown

    def tables(self) -> Iterator[tuple[Block, Table]]:
        """List the tables shown."""
        for block in self.blocks:
            if isinstance(block.shown, Table):
                yield block, block.shown
