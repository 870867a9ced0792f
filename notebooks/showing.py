"""Show figures in a notebook, and write the files that are handed in with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from IPython.display import SVG, Image

from contract.definitions import ROOT
from contract.page import FIGURE_FONT_PT
from lib.figures.style import png
from lib.tracking import Results, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCREEN_PT = 11  # scale of a figure's letters, on a screen of 96 pixels per inch
PIXELS_PER_INCH = 96 * SCREEN_PT / FIGURE_FONT_PT


def picture(figure: "Figure | bytes") -> Image | SVG:
    """Prepare a figure for display, with larger letters than in print.

    Args:
        figure: drawn by `lib.figures`, or an SVG.
    """
    if isinstance(figure, bytes):
        return SVG(figure)
    return Image(png(figure, PIXELS_PER_INCH))


def save_table(study: Study, results: Results, name: str, written: str | None = None) -> str:
    """Write a table of a run as CSV into `results/`.

    Args:
        study: the study.
        results: results of one of its runs.
        name: name of the table.
        written: file name without extension; by default the name of the table.

    Returns:
        Its path relative to the project's folder.
    """
    text = results.tables[name].to_csv(index=False, lineterminator="\n")
    return _save(study, f"{written or name}.csv", text.encode())


def save_file(study: Study, results: Results, name: str) -> str:
    """Write a file of a run, such as `final.yaml`, into `results/`; return its path."""
    return _save(study, name, results.files[name])


def _save(study: Study, name: str, content: bytes) -> str:
    path = Path("results", study.name, study.profile, name)
    place = ROOT / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return path.as_posix()
