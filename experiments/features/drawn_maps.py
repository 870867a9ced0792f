"""Figures of attribution maps, and of the class's probability as pixels are deleted or inserted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib.attribution import scaled_for_display
from lib.figures.attribution import map_grid
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
NAMES = {
    "grad_cam": "Grad-CAM",
    "integrated_gradients": "integrated gr.",
    "integrated_gradients_grey": "from grey",
    "shapley": "Shapley",
    "edges": "edges",
    "random": "random",
}


def photographs(results: Results) -> Figures:
    """Draw the maps of photographs, and the curves."""
    return _drawn(results)


def clothes(results: Results) -> Figures:
    """Draw the maps of clothes, and the curves."""
    return _drawn(results)


def _drawn(results: Results) -> Figures:
    maps = {
        NAMES[name]: scaled_for_display(results.arrays[f"maps_{name}"])
        for name in NAMES
        if name != "random"
    }
    predicted = [str(name)[:14] for name in results.tables["shown"]["predicted"]]
    share = results.arrays["curve_share"].tolist()
    figures = {"maps": map_grid(results.arrays["images"], maps, row_labels=predicted)}
    for kind in ("deletion", "insertion"):
        figures[kind] = lines(
            share,
            {
                name: results.arrays[f"curve_{kind}_{key}"].tolist()
                for key, name in NAMES.items()
                if key != "integrated_gradients_grey"
            },
            x_label="share of pixels " + ("deleted" if kind == "deletion" else "inserted"),
            y_label="probability of the class",
        )
    return figures
