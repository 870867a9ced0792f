"""The words that a report's HTML and its figures show, block by block."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from report.pages.svg import with_words_as_text

# fmt: off
_BLOCKS = frozenset({
    "head", "body", "div", "header", "nav", "aside", "section", "figure", "figcaption", "p", "h1",
    "h2", "h3", "ol", "ul", "li", "dl", "dt", "dd", "blockquote", "table", "thead", "tbody", "tr",
})
# fmt: on
_APART = frozenset({"span", "td", "th"})
_PLACES = {
    "head": "outside",
    "running-title": "outside",
    "running-notice": "outside",
    "marks": "figure",
}
_RUNNING = "data-running"  # the words at the foot of each page from this heading on


class Kind(StrEnum):
    """How a block of words is printed."""

    ONCE = "once"
    HEADING = "heading"  # likewise; the contents may name its page
    LISTED = "listed"  # in the contents, followed by a page number
    REPEATED = "repeated"  # the head of a table, at the top of each page that the table continues
    FLOATING = "floating"  # of a figure or table, which may move to a later page, or in the margin


@dataclass(frozen=True)
class Block:
    """Words that are printed together: a paragraph, a heading, a caption, the row of a table."""

    words: str
    kind: Kind = Kind.ONCE


class Words(HTMLParser):
    """The words of a document.

    Args:
        html: the document, or a part of it.

    Attributes:
        blocks: in the document's order; without those in the margins of every page.
        running: the words that stand at the foot of pages.
        markers: the numbers of its numbered lists.

    >>> words = Words("<h2 data-running=Runs>Runs</h2><ol><li>one <b>run</b><li>another</ol>")
    >>> [block.words for block in words.blocks], words.running, words.markers
    (['Runs', 'one run', 'another'], ['Runs'], ['1.', '2.'])
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.running: list[str] = []
        self.markers: list[str] = []
        self._within: list[str] = []
        self._numbers: list[int | None] = []
        self._text = ""
        self.feed(html)
        self.close()
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a block begins."""
        given = {name: value or "" for name, value in attrs}
        if tag not in _BLOCKS:
            self._text += " " if given.get("class") == "run" else ""
            return
        self._end()
        self.running += [given[_RUNNING]] if _RUNNING in given else []
        self._within.append(_PLACES.get(given.get("class", tag), tag))
        if tag == "li":
            self._mark()
        elif tag in {"ol", "ul"}:
            self._numbers.append(_first(given) if tag == "ol" else None)

    def handle_endtag(self, tag: str) -> None:
        """Note where a block ends."""
        if tag in _BLOCKS and self._within:
            self._end()
            self._within.pop()
            if tag in {"ol", "ul"} and self._numbers:
                self._numbers.pop()
        elif tag in _APART:
            self._text += " "

    def handle_data(self, data: str) -> None:
        """Collect a block's words."""
        self._text += data

    def _mark(self) -> None:
        if "nav" not in self._within and self._numbers and self._numbers[-1] is not None:
            self.markers.append(f"{self._numbers[-1]}.")
            self._numbers[-1] += 1

    def _end(self) -> None:
        words, self._text = " ".join(self._text.split()), ""
        if not words or "outside" in self._within:
            return
        self.blocks.append(Block(words, self._kind()))

    def _kind(self) -> Kind:
        within = set(self._within)
        if "figure" in within:
            return Kind.FLOATING
        if "thead" in within:
            return Kind.REPEATED
        if within & {"h2", "h3"}:
            return Kind.HEADING
        return Kind.LISTED if within >= {"nav", "li"} else Kind.ONCE


def _first(given: Mapping[str, str]) -> int:
    start = given.get("start", "1")
    return int(start) if start.isdecimal() else 1


def of_figure(svg: bytes) -> list[str]:
    """List the words that a figure shows as text, in drawing order.

    Args:
        svg: the figure, already checked by `size_mm`.
    """
    drawn = ET.fromstring(with_words_as_text(svg))  # noqa: S314  # without entities, see `size_mm`
    texts = ("".join(item.itertext()) for item in drawn.iter("{http://www.w3.org/2000/svg}text"))
    return [words for text in texts if (words := " ".join(text.split()))]
