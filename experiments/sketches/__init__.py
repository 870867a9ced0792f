"""Classify sketches by dense, convolutional and best networks under 1 MB, and see how they fail."""

from experiments.sketches import bestmodel, convnet, densenet, exploration, failures, flips
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order; each fills all cores by itself."""
    exploration.run(study)
    dense = densenet.run(study)
    convnet.run(study)
    best = bestmodel.run(study)
    failures.run(study, best=best, dense=dense)
    flips.run(study, best=best)
