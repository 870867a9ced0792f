"""Classify Fashion-MNIST, encode it, and say how far the classifier can be trusted."""

from experiments.fashion import classification, encoding
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order."""
    classification.run(study)
    encoding.run(study)
