"""Explain a classifier's output with attribution maps, and measure how good the maps are.

`attribute` is the entry point, built on `shapley_values` and `Network`; `measures` rates maps.
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
