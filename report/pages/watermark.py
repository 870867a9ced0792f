"""The word across each page of a draft, as outlines, so that it is not read as text."""

from io import BytesIO

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

SHADE = "#e6e6e6"


def outlined(word: str, font: bytes) -> bytes:
    """Draw a word, rising from left to right.

    Args:
        word: the word, in capitals.
        font: an OpenType file.

    Returns:
        SVG without a stated size.
    """
    face = TTFont(BytesIO(font))
    glyphs, names = face.getGlyphSet(), face.getBestCmap()
    path, bounds, x = SVGPathPen(glyphs), BoundsPen(glyphs), 0
    for letter in word:
        glyph = glyphs[names[ord(letter)]]
        for pen in (path, bounds):
            # Font coordinates grow upwards, SVG's downwards; rotated by 45 degrees.
            glyph.draw(TransformPen(pen, (0.707, -0.707, -0.707, -0.707, 0.707 * x, -0.707 * x)))
        x += glyph.width
    left, top, right, bottom = bounds.bounds
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f'<path fill="{SHADE}" d="{path.getCommands()}"/></svg>'
    ).encode()
