"""Nearest neighbours by Euclidean distance, among all samples and class by class.

`search` finds them exactly; `classes` searches class by class.
"""

from lib.neighbors.classes import LocalPairs, local_pairs, own_class_distances
from lib.neighbors.search import Neighbors, nearest

__all__ = ["LocalPairs", "Neighbors", "local_pairs", "nearest", "own_class_distances"]
