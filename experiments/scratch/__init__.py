"""Classify CIFAR-10 in plain NumPy, with nearest neighbours and with a perceptron."""

from experiments.scratch import description, neighbors, perceptron, selection
from lib.tracking import Results, Study


def run(study: Study) -> None:
    """Run the study's experiments, neighbours and perceptrons side by side."""
    extracted, specified = study.side_by_side(_describe, perceptron.run)
    selection.run(study, extracted=extracted, specified=specified)


def _describe(study: Study) -> Results:
    """Run the neighbours on pixels first; descriptors are compared with them."""
    return description.run(study, of_pixels=neighbors.run(study))
