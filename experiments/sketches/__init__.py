"""Classify sketches by dense, convolutional and best networks under 1 MB, and see how they fail."""

from experiments.sketches import bestmodel, convnet, densenet, exploration, failures, flips
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments, the three networks side by side."""
    exploration.run(study)
    dense, _, best = study.side_by_side(densenet.run, convnet.run, bestmodel.run)
    failures.run(study, best=best, dense=dense)
    flips.run(study, best=best)
