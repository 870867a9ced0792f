"""Decide what goes on which page: text runs on, figures and tables follow where there is room.

The PDF engine cannot float figures across pages: one that does not fit would leave the rest of its
page white. So all heights are measured on one endless page, and dynamic programming finds the best
page breaks, as TeX finds line breaks. Texts keep their order, and so do figures; a figure never
comes before the text that it follows in the answer.

Source: D. E. Knuth and M. F. Plass, Breaking Paragraphs into Lines (1981).
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import weasyprint

from contract.page import TEXT_HEIGHT_MM
from report.evidence.exhibits import Figure
from report.pages import document
from report.pages.document import Answered, Page

PX_PER_MM = 96 / 25.4
ROUNDING = 1.0  # mm; pages are planned this much shorter than they are
# Without page numbers in the contents, for which the engine would lay everything out again.
ENDLESS = (
    "<style>@page { size: 210mm 100000mm } nav.contents a::after { content: none }</style></head>"
)

TOO_WHITE = 0.28  # share of a page
COST_TOO_WHITE = 10.0
COST_TOO_FAR = 10.0  # like all costs, in units of a blank page squared
TOO_FAR = 1.0  # pages of text between a figure and its own text
COST_DELAY = 0.05  # for each such page
COST_OTHER_SECTION = 0.1  # for a figure in another section than its text
SMALLEST = 0.88  # scale of a figure on a page that would otherwise be a little too short
COST_SMALLER = 0.15


Render = Callable[[str], weasyprint.Document]


@dataclass(frozen=True)
class Piece:
    """A unit that is never split across pages.

    Args:
        id: its anchor in the document.
        floats: whether later text may come before it, as with figures and tables.
        above: space above it, unless it starts a page.
        height: height, in the unit of `above`.
        picture: the part of its height that is a scalable picture.
        opens_section: whether it begins with a section's heading.
    """

    id: str
    floats: bool
    above: float
    height: float
    picture: float = 0.0
    opens_section: bool = False


@dataclass(frozen=True)
class Sheet:
    """The contents of a page, in order.

    Args:
        pieces: at least one.
        scale: scale of their pictures, from `SMALLEST` to 1.
    """

    pieces: tuple[Piece, ...]
    scale: float


def arranged(page: Page, render: Render) -> Page:
    """Distribute a document's answers over its pages.

    Args:
        page: the document.
        render: lays out HTML.

    Returns:
        The document, with its parts in printing order and those that start a page marked.
    """
    parts = {part.id: part for answer in page.answers for part in answer.parts[1:]}
    answers = {answer.opening: answer for answer in page.answers}
    made: list[Answered] = []
    sheets = pages(_measured(page, render), (TEXT_HEIGHT_MM - ROUNDING) * PX_PER_MM)
    for sheet in sheets:
        for piece in sheet.pieces:
            opens = piece is sheet.pieces[0] and sheet is not sheets[0]
            if piece.id in answers:
                answer = answers[piece.id]
                made.append(replace(answer, parts=answer.parts[:1], opens_page=opens))
            elif piece.id in parts:
                part = replace(parts[piece.id], opens_page=opens, scale=sheet.scale)
                made[-1] = replace(made[-1], parts=(*made[-1].parts, part))
    return replace(page, answers=tuple(made))


def _measured(page: Page, render: Render) -> list[Piece]:
    """Measure the pieces, in the order written, on one endless page."""
    html = document.html(replace(page, ledger=(), runs=(), draft=False))
    sheet = render(html.replace("</head>", ENDLESS, 1)).pages[0]
    found, end = [], 0.0
    for id_, floats, opens_section in _whole(page):
        _, top, _, bottom = sheet.anchors[id_]
        picture = _picture(page, sheet, id_)
        found.append(Piece(id_, floats, top - end, bottom - top, picture, opens_section))
        end = bottom
    return found


def _picture(page: Page, sheet: weasyprint.Page, id_: str) -> float:
    """Measure a figure's picture; 0 if scaling it would not save its full share of height."""
    for answer in page.answers:
        for part in answer.parts[1:]:
            if part.id == id_ and not isinstance(part.content, str):
                shown = part.content.shown
                height = shown.height_mm * PX_PER_MM if isinstance(shown, Figure) else 0.0
                _, top, _, bottom = sheet.anchors[f"caption-{id_}"]
                beside = not part.content.wide
                return 0.0 if beside and bottom - top > SMALLEST * height else height
    return 0.0


def _whole(page: Page) -> Iterator[tuple[str, bool, bool]]:
    """List the ids of the pieces, and whether each one floats and whether it opens a section."""
    yield "front", False, False
    for answer in page.answers:
        yield answer.opening, False, bool(answer.under)
        for part in answer.parts[1:]:
            yield part.id, not isinstance(part.content, str), False


def pages(pieces: Sequence[Piece], height: float) -> list[Sheet]:
    """Divide a document into pages.

    Args:
        pieces: in the order written; the first one is text.
        height: height of a page.

    Returns:
        The pages with the lowest cost.
    """
    return _Division(pieces, height).best()


class _Division:
    """The search for a document's best page breaks.

    A state is the number of texts and the number of figures already placed on earlier pages.
    """

    def __init__(self, pieces: Sequence[Piece], height: float) -> None:
        self._height = height
        self._texts = [piece for piece in pieces if not piece.floats]
        self._floats = [piece for piece in pieces if piece.floats]
        # Number of texts before each figure.
        self._after = [
            sum(not before.floats for before in pieces[:at])
            for at, piece in enumerate(pieces)
            if piece.floats
        ]
        self._end = (len(self._texts), len(self._floats))

    def best(self) -> list[Sheet]:
        """Find the pages with the lowest cost."""
        costs: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {self._end: (0.0, self._end)}
        for text in range(self._end[0], -1, -1):
            for figure in range(self._end[1], -1, -1):
                if (text, figure) != self._end:
                    costs[text, figure] = self._best_from((text, figure), costs)
        found, state = [], (0, 0)
        while state != self._end:
            after = costs[state][1]
            pieces = self._page(state, after)
            scale = max(SMALLEST, 1 - self._missing(pieces, self._used(pieces)))
            found.append(Sheet(tuple(pieces), scale))
            state = after
        return found

    def _best_from(
        self,
        state: tuple[int, int],
        costs: dict[tuple[int, int], tuple[float, tuple[int, int]]],
    ) -> tuple[float, tuple[int, int]]:
        best = (math.inf, state)
        for text in range(state[0], self._end[0] + 1):
            for figure in range(state[1], self._end[1] + 1):
                after = (text, figure)
                if figure > state[1] and self._after[figure - 1] > text:
                    break
                if after == state:
                    continue
                page = self._page(state, after)
                used = self._used(page)
                missing = self._missing(page, used)
                if missing > 1 - SMALLEST and len(page) > 1:
                    if figure == state[1]:
                        return best  # more text does not fit either
                    break
                cost = self._cost(state, after, used, missing)
                best = min(best, (cost + costs[after][0], after))
        return best

    def _cost(
        self, state: tuple[int, int], after: tuple[int, int], used: float, missing: float
    ) -> float:
        white = 0.0 if after == self._end else max(0.0, 1 - used / self._height)
        cost = white**2 + COST_TOO_WHITE * (white > TOO_WHITE)
        cost += COST_SMALLER * min(missing, 1.0)
        for figure in range(state[1], after[1]):
            if self._after[figure] <= state[0]:  # its text is on an earlier page
                later = self._texts[self._after[figure] : state[0]]
                delay = sum(piece.height for piece in later) / self._height
                cost += COST_DELAY * delay + COST_TOO_FAR * max(0.0, delay - TOO_FAR)
                cost += COST_OTHER_SECTION * any(piece.opens_section for piece in later)
        return cost

    def _page(self, state: tuple[int, int], after: tuple[int, int]) -> list[Piece]:
        """Compose a page: figures of earlier pages first, the others after their text."""
        found: list[Piece] = []
        figure = state[1]
        for text in range(state[0], after[0] + 1):
            while figure < after[1] and self._after[figure] <= text:
                found.append(self._floats[figure])
                figure += 1
            if text < after[0]:
                found.append(self._texts[text])
        return found

    def _used(self, page: Sequence[Piece]) -> float:
        """Measure a page down to its last line."""
        used = page[0].height
        for before, piece in itertools.pairwise(page):
            # A figure keeps its space on both sides; of two adjoining spaces the larger applies.
            gap = max(piece.above, before.above) if before.floats else piece.above
            used += gap + piece.height
        return used

    def _missing(self, page: Sequence[Piece], used: float) -> float:
        """Compute by what share a page's pictures must shrink to fit; infinite without pictures."""
        over = used - self._height
        pictures = sum(piece.picture for piece in page)
        return 0.0 if over <= 0 else over / pictures if pictures else math.inf
