"""Text runs on and figures follow where there is room: what stands on which page."""

from collections.abc import Sequence
from dataclasses import replace

import pdfplumber
from hypothesis import given
from hypothesis import strategies as st

from report.pages.flow import SMALLEST, Piece, Sheet, pages
from tests.report.pages.fill import answer_pages

HEIGHT = 100.0


def text(name: str, height: float) -> Piece:
    return Piece(name, floats=False, above=0.0, height=height)


def figure(name: str, height: float) -> Piece:
    return Piece(name, floats=True, above=0.0, height=height)


def names(found: Sequence[Sheet]) -> list[str]:
    return [" ".join(piece.id for piece in sheet.pieces) for sheet in found]


def test_what_fits_stays_as_it_is_written() -> None:
    pieces = [text("a", 20), figure("1", 30), text("b", 20), figure("2", 30), text("c", 50)]
    assert names(pages(pieces, HEIGHT)) == ["a 1 b 2", "c"]


def test_text_runs_on_when_a_figure_does_not_fit() -> None:
    pieces = [text("a", 50), figure("1", 60), text("b", 45), text("c", 30)]
    assert names(pages(pieces, HEIGHT)) == ["a b", "1 c"]


def test_figures_keep_their_order() -> None:
    pieces = [text("a", 50), figure("1", 60), figure("2", 45), text("b", 40)]
    assert names(pages(pieces, HEIGHT)) == ["a b", "1", "2"]


def test_a_figure_does_not_wait_when_moving_it_gains_nothing() -> None:
    pieces = [text("a", 30), figure("1", 30), text("b", 30), text("c", 90)]
    assert names(pages(pieces, HEIGHT)) == ["a 1 b", "c"]


def test_a_figure_stays_in_its_section_at_the_price_of_some_white() -> None:
    def pieces(*, opens_section: bool) -> list[Piece]:
        second = replace(text("b", 56), opens_section=opens_section)
        return [text("a", 90), figure("1", 20), second, text("c", 33), text("d", 50)]

    assert names(pages(pieces(opens_section=False), HEIGHT)) == ["a", "b c", "1 d"]
    assert names(pages(pieces(opens_section=True), HEIGHT)) == ["a", "1 b", "c d"]


def test_a_page_ends_early_where_that_fills_the_next_ones_better() -> None:
    # As much as fits on each page gives 96, 60 and 100.
    pieces = [text("a", 76), text("b", 20), text("c", 60), text("d", 80), text("e", 20)]
    assert names(pages(pieces, HEIGHT)) == ["a", "b c", "d e"]


def test_what_is_higher_than_a_page_stands_on_one_alone() -> None:
    pieces = [text("a", 10), figure("1", 130), text("b", 10)]
    assert names(pages(pieces, HEIGHT)) == ["a b", "1"]


def test_a_picture_that_is_a_little_too_high_is_scaled() -> None:
    picture = Piece("1", floats=True, above=0.0, height=55, picture=50)
    (whole, last) = pages([text("a", 50), picture, text("b", 90)], HEIGHT)
    assert names([whole, last]) == ["a 1", "b"]
    assert whole.scale == 0.9
    assert last.scale == 1.0


def test_a_picture_is_not_scaled_beyond_reading() -> None:
    picture = Piece("1", floats=True, above=0.0, height=62, picture=62)
    found = pages([text("a", 50), picture, text("b", 40), text("c", 38)], HEIGHT)
    assert names(found) == ["a b", "1 c"]
    assert all(sheet.scale >= SMALLEST for sheet in found)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(1, 99), st.floats(0, 10)), max_size=12),
    st.floats(1, 99),
)
def test_nothing_is_lost_swapped_too_high_or_before_its_text(
    drawn: list[tuple[bool, float, float]], first: float
) -> None:
    rest = [Piece(str(at), *piece) for at, piece in enumerate(drawn)]
    pieces = [text("first", first), *(Piece(p.id, p.floats, p.height / 10, p.above) for p in rest)]
    pieces = [Piece(p.id, p.floats, p.above, max(p.height, 1.0)) for p in pieces]
    found = pages(pieces, HEIGHT)
    flat = [piece for sheet in found for piece in sheet.pieces]
    for floats in (False, True):
        written = [piece for piece in pieces if piece.floats == floats]
        assert [piece for piece in flat if piece.floats == floats] == written
    for at, piece in enumerate(pieces):
        if piece.floats:
            before = [other for other in pieces[:at] if not other.floats]
            assert flat.index(piece) > flat.index(before[-1])
    for sheet in found:
        assert sum(piece.height for piece in sheet.pieces) <= HEIGHT or len(sheet.pieces) == 1


def test_the_pages_of_a_report_are_full(built: bytes, sheets: list[pdfplumber.page.Page]) -> None:
    shares = answer_pages(built, sheets)
    assert min(shares[:-1]) >= 0.7
    assert sum(shares[:-1]) / len(shares[:-1]) >= 0.88


def test_no_heading_ends_a_page(sheets: list[pdfplumber.page.Page]) -> None:
    assert sheets
    for sheet in sheets:
        words = sheet.extract_words(extra_attrs=["size"])
        body = [word for word in words if 28 / 25.4 * 72 < word["top"] < 271 / 25.4 * 72]
        assert max(body, key=lambda word: word["bottom"])["size"] < 13
