"""Join paths, borrow features from ImageNet and compress letters: CIFAR-10, Food-101, notMNIST."""

from experiments.transfer import codes, denoising, food, paths
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order."""
    paths.run(study)
    food.run(study)
    codes.run(study)
    denoising.run(study)
