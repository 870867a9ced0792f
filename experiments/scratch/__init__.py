"""Classify CIFAR-10 in plain NumPy, by nearest neighbours and by a perceptron."""

from experiments.scratch import description, neighbors, perceptron, selection
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order."""
    of_pixels = neighbors.run(study)
    extracted = description.run(study, of_pixels=of_pixels)
    specified = perceptron.run(study)
    selection.run(study, extracted=extracted, specified=specified)
