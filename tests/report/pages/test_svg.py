"""Figures: their words become text, and nothing else changes."""

import pytest

from report.pages.svg import with_words_as_text

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' width="9pt" height="9pt">'
)
DEFS = '<defs><path id="SourceSansPro-Regular-31" d="M 0 0 L 9 9"/></defs>'
PLACE = "translate(3.5 132.96) scale(0.08 -0.08)"


def drawn(words: str, glyphs: str, transform: str = PLACE) -> bytes:
    return (
        f'{HEAD}<path d="M 0 0 L 5 5"/><g id="text_1"><!-- {words} -->'
        f'<g style="fill: #1b1b1b" transform="{transform}">{DEFS}{glyphs}</g></g></svg>'
    ).encode()


def glyph(at: str = "", name: str = "SourceSansPro-Regular-31") -> str:
    moved = f' transform="{at}"' if at else ""
    return f'<use xlink:href="#{name}"{moved}/>'


def test_words_become_text_of_the_same_size_place_and_colour() -> None:
    two = glyph() + glyph("translate(49.7 0)")
    # Matplotlib escapes the words in its comments, as in "p &lt; 0.05".
    svg = with_words_as_text(drawn("epoch &amp; loss", two)).decode()
    assert (
        '<text transform="translate(3.5 132.96)" font-family="Source Sans Pro" font-size="8px"'
        ' font-weight="400" style="fill: #1b1b1b">epoch &amp; loss</text>'
    ) in svg
    assert '<path d="M 0 0 L 5 5"' in svg
    assert "<use" not in svg


def test_turned_and_bold_words_stay_so() -> None:
    turned = "translate(3 9) rotate(-90) scale(0.07 -0.07)"
    bold = glyph(name="SourceSansPro-Semibold-31")
    svg = with_words_as_text(drawn("loss", bold, turned)).decode()
    assert 'transform="translate(3 9) rotate(-90)"' in svg
    assert 'font-size="7px" font-weight="600"' in svg


@pytest.mark.parametrize(
    ("glyphs", "transform"),
    [
        (glyph(name="DejaVuSans-31"), PLACE),
        (glyph() + glyph(name="DejaVuSans-31"), PLACE),
        (glyph() + glyph("translate(4 30.5)"), PLACE),
        (glyph() + glyph("translate(4 0) scale(0.7)"), PLACE),
        (glyph() + '<rect width="3" height="1"/>', PLACE),
        (glyph(), "translate(3 9) skewX(3) scale(0.08 -0.08)"),
        ("", PLACE),
    ],
)
def test_what_is_not_one_line_of_the_typeface_stays_drawn(glyphs: str, transform: str) -> None:
    svg = with_words_as_text(drawn("x", glyphs, transform)).decode()
    assert "<text" not in svg
    assert svg.count("<use") == glyphs.count("<use")
