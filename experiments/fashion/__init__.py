"""Classify Fashion-MNIST and say how far the classifier can be trusted (Questions 1-6)."""

from experiments.fashion import classification
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order."""
    classification.run(study)
