"""Figures as SVG: measure them, and set their letters as text.

Matplotlib draws each letter as a path, so that a figure looks the same in every viewer. The PDF
embeds the same typeface anyway, so there the words become text again, which is sharper, can be
searched and copied, and is laid out in half the time.
"""

import html
import itertools
import re
from xml.etree import ElementTree as ET
from xml.parsers import expat

from contract.page import SANS
from report.errors import ReportError

MM_PER = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96}
_LENGTH = re.compile(r"\s*([0-9.]+)\s*([a-z]*)\s*")
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_PLACED = re.compile(
    r"(translate\([-\d.]+ [-\d.]+\)(?: rotate\([-\d.]+\))?) scale\((\d*\.?\d+) -\2\)"
)
_GLYPH = re.compile(rf"#{SANS.replace(' ', '')}-(Regular|Semibold)-[0-9a-f]+")
_GLYPH_UNITS = 100  # Matplotlib draws glyphs at 100 pixels and scales them


def size_mm(svg: bytes, name: str) -> tuple[float, float]:
    """Read the width and height of an SVG.

    Args:
        svg: the file.
        name: its name in error messages.

    Returns:
        Width and height in millimetres.

    Raises:
        ReportError: it is not SVG, declares entities, or does not state its size.

    >>> size_mm(b'<svg width="72pt" height="36pt"/>', "figure")
    (25.4, 12.7)
    """
    root: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not root:
            root.append((tag, attributes))

    def refuse(*_: object) -> None:
        raise ReportError(
            f"Expected an SVG without entities. Received: {name}, which declares some"
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, LookupError) as error:  # LookupError: an unknown encoding
        raise ReportError(f"Expected an SVG. Received: {name} ({error})") from error
    tag, attributes = root[0]
    lengths = [_LENGTH.fullmatch(attributes.get(side, "")) for side in ("width", "height")]
    if tag.rpartition(":")[2] != "svg" or not all(
        length and length[2] in MM_PER for length in lengths
    ):
        raise ReportError(f"Expected an SVG with its width and height. Received: {name}, <{tag}>")
    width, height = (float(length[1]) * MM_PER[length[2]] for length in lengths if length)
    return width, height


def with_words_as_text(svg: bytes) -> bytes:
    """Replace words that Matplotlib drew letter by letter with text.

    A word is a group of glyphs after a comment with its text. It is left alone if it is not
    entirely in the report's typeface or not on one line, such as a formula.

    Args:
        svg: the file, already checked by `size_mm`.
    """
    builder = ET.TreeBuilder(insert_comments=True)
    root = ET.fromstring(svg, parser=ET.XMLParser(target=builder))  # noqa: S314  # without entities, see `size_mm`
    for parent in root.iter():
        children = list(parent)
        for comment, group in itertools.pairwise(children):
            said = comment.tag is ET.Comment  # type: ignore[comparison-overlap]  # a comment's tag
            if said and group.tag == f"{{{_SVG}}}g":
                text = _as_text(group, html.unescape(comment.text or "").strip())
                if text is not None:
                    parent[list(parent).index(group)] = text
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    return ET.tostring(root)


def _as_text(group: ET.Element, words: str) -> ET.Element | None:
    """Write a group of glyphs as text; None if it is not plain words on one line."""
    placed = _PLACED.fullmatch(group.get("transform", ""))
    glyphs = [child for child in group if child.tag == f"{{{_SVG}}}use"]
    others = {child.tag for child in group} - {f"{{{_SVG}}}use", f"{{{_SVG}}}defs"}
    faces = {_GLYPH.fullmatch(glyph.get(f"{{{_XLINK}}}href", "")) for glyph in glyphs}
    weights = {face[1] if face else "" for face in faces}
    level = all(_on_the_line(glyph) for glyph in glyphs)
    if placed is None or others or not level or len(weights) != 1 or "" in weights or not words:
        return None
    text = ET.Element(
        f"{{{_SVG}}}text",
        {
            "transform": placed[1],
            "font-family": SANS,
            "font-size": f"{float(placed[2]) * _GLYPH_UNITS:g}px",
            "font-weight": "600" if weights == {"Semibold"} else "400",
            "style": group.get("style", ""),
        },
    )
    text.text = words
    return text


def _on_the_line(glyph: ET.Element) -> bool:
    moved = glyph.get("transform")
    return moved is None or re.fullmatch(r"translate\([-\d.]+ 0(?:\.0+)?\)", moved) is not None
