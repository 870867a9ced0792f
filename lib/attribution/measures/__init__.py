"""How good a map is, by numbers: none of them needs to know what the right map would be.

`completeness` holds its sum against the logit it shares out, `curves` what happens when pixels go
in its order, `agreement` compares two maps, `randomisation` a map before and after the weights are
shuffled, `planted` a map with the one place that matters; `controls` are maps that know nothing.
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
