"""How large an SVG is drawn."""

import re
from xml.parsers import expat

from report.errors import ReportError

MM_PER = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96}
_LENGTH = re.compile(r"\s*([0-9.]+)\s*([a-z]*)\s*")


def size_mm(svg: bytes, name: str) -> tuple[float, float]:
    """Read the width and height of an SVG.

    Args:
        svg: the file.
        name: what to call it in an error.

    Returns:
        Width and height in millimetres.

    Raises:
        ReportError: it is not SVG, or its root does not say how large it is.

    >>> size_mm(b'<svg width="72pt" height="36pt"/>', "figure")
    (25.4, 12.7)
    """
    root: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not root:
            root.append((tag, attributes))

    def refuse(*_: object) -> None:
        raise ReportError(f"Expected an SVG without entities. Received: {name} declares some")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(svg, True)
    except expat.ExpatError as error:
        raise ReportError(f"Expected an SVG. Received: {name} ({error})") from error
    tag, attributes = root[0]
    lengths = [_LENGTH.fullmatch(attributes.get(side, "")) for side in ("width", "height")]
    if tag.rpartition(":")[2] != "svg" or not all(
        length and length[2] in MM_PER for length in lengths
    ):
        raise ReportError(f"Expected an SVG with its width and height. Received: {name}, <{tag}>")
    width, height = (float(length[1]) * MM_PER[length[2]] for length in lengths if length)
    return width, height
