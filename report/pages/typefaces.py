"""The report's typefaces, from the packages that contain them, and the width of text in them."""

import functools
import re
from importlib import metadata
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

_FILES = re.compile(r"(SourceS(?:erif|ans)Pro)-(Regular|It|Semibold)\.otf")
_PACKAGES = ("font-source-serif-pro", "font-source-sans-pro")
MM_PER_PT = 25.4 / 72


@functools.cache
def files() -> dict[str, bytes]:
    """Read the font files of the weights that the report uses, by name."""
    found = {}
    for package in _PACKAGES:
        for file in metadata.files(package) or ():
            if _FILES.fullmatch(file.name):
                found[file.name] = Path(str(file.locate())).read_bytes()
    return found


@functools.cache
def _advances(file: str) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    face = TTFont(BytesIO(files()[file]), lazy=True)
    return face.getBestCmap(), face["hmtx"].metrics, face["head"].unitsPerEm


def width_mm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Measure a text set in the sans, without kerning.

    >>> 10 < width_mm("validation", 8.5) < 15
    True
    """
    cmap, metrics, units = _advances(f"SourceSansPro-{'Semibold' if bold else 'Regular'}.otf")
    widest = units  # width of a character that the typeface lacks
    total = sum(metrics[cmap[ord(c)]][0] if ord(c) in cmap else widest for c in text)
    return total / units * size_pt * MM_PER_PT
