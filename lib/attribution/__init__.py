"""Explain a classifier's output by a map of the image, and measure how good such a map is.

`attribute` is the one verb; `shapley_values` and `Network` lie beneath it, `measures` beside it.
"""

from lib.attribution.display import scaled_for_display
from lib.attribution.methods import Method, ZeroMapWarning, attribute, is_zero
from lib.attribution.network import Network
from lib.attribution.regions import grid, region_maps, region_values
from lib.attribution.shapley import shapley_values

__all__ = [
    "Method",
    "Network",
    "ZeroMapWarning",
    "attribute",
    "grid",
    "is_zero",
    "region_maps",
    "region_values",
    "scaled_for_display",
    "shapley_values",
]
