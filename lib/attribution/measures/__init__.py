"""Measure how good attribution maps are, without knowing the right map.

`completeness` compares a map's sum with the logit change it distributes; `curves` track the class
as pixels change in the map's order; `agreement` compares two maps; `randomisation` shuffles the
weights, which must change the map; `planted` compares a map with the one patch that matters;
`controls` are maps that ignore the network.
"""

from lib.attribution.measures.agreement import rank_agreement
from lib.attribution.measures.completeness import Completeness, completeness
from lib.attribution.measures.controls import edge_maps, random_maps
from lib.attribution.measures.curves import Curves, perturbation_curves
from lib.attribution.measures.planted import beats_controls, plant, share_ranked_higher
from lib.attribution.measures.randomisation import cascade, randomised

__all__ = [
    "Completeness",
    "Curves",
    "beats_controls",
    "cascade",
    "completeness",
    "edge_maps",
    "perturbation_curves",
    "plant",
    "random_maps",
    "randomised",
    "rank_agreement",
    "share_ranked_higher",
]
