"""Join paths, borrow features from ImageNet and compress letters: CIFAR-10, Food-101, notMNIST."""

from experiments.transfer import codes, denoising, food, paths
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in parallel; they do not depend on each other."""
    study.side_by_side(paths.run, food.run, codes.run, denoising.run)
