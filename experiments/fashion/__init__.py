"""Classify Fashion-MNIST, encode it, and use the codes to explain the classifier's mistakes."""

from experiments.fashion import classification, encoding, explainability
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order."""
    classifier, autoencoder = study.side_by_side(classification.run, encoding.run)
    explainability.run(study, classifier=classifier, autoencoder=autoencoder)
