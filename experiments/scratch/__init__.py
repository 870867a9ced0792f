"""Classify CIFAR-10 in plain NumPy, by nearest neighbours and by a perceptron."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.tracking import Study


def run(study: "Study") -> None:
    """Run the study's experiments in order."""
    # Imported here, so that the folder is a hand-in by itself: its own modules need no `lib`.
    from experiments.scratch import description, neighbors, perceptron, selection

    of_pixels = neighbors.run(study)
    extracted = description.run(study, of_pixels=of_pixels)
    specified = perceptron.run(study)
    selection.run(study, extracted=extracted, specified=specified)
