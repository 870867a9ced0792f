"""The study's data: all images of CIFAR-10, shuffled and split anew, as pixels or descriptors."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contract.names import Profile
from experiments.scratch.handin.read_cifar import split_dataset
from lib.data import Split
from lib.data.cache import once
from lib.data.sets import cifar10, standin_colour
from lib.tracking import Results

Features = NDArray[np.float32]  # (n, length)
Labels = NDArray[np.int64]  # (n,)

SPLIT = 0.9
QUICK_TRAIN, QUICK_TEST = 5_400, 600  # of 54,000 and 6,000
STAND_IN = 1_000
JUDGED = 6  # one training image in this many is held out where folds would take too long
WRITTEN = {"pixels": "pixels", "hog": "HOG", "lbp": "LBP"}  # display names of the representations


@once
def load(profile: Profile, seed: int) -> Split:
    """Load the data that a profile uses; there is no validation part, as folds take its place.

    Raises:
        DataNotFoundError: CIFAR-10 was not found.
        DataCorruptError: one of its files is not the published one.
    """
    if profile is Profile.SMOKE:
        standin = standin_colour.images(n_train=STAND_IN, n_val=0, n_test=0, seed=seed)
        return split_anew(standin, seed)
    whole = split_anew(cifar10.load(validation=0, seed=seed), seed)
    if profile is Profile.QUICK:
        return whole.take(n_train=QUICK_TRAIN, n_test=QUICK_TEST, seed=seed)
    return whole


def split_anew(data: Split, seed: int) -> Split:
    """Join all parts, shuffle them, and hold out the last tenth as the test set."""
    images = np.concatenate([images for _, images, _ in data.parts()])
    labels = np.concatenate([labels for _, _, labels in data.parts()])
    x, y, x_test, y_test = split_dataset(images, labels, SPLIT, seed)
    return replace(
        data, x_train=x, y_train=y, x_val=x[:0], y_val=y[:0], x_test=x_test, y_test=y_test
    )


def pixels(images: NDArray[np.uint8]) -> Features:
    """Lay each image out as `read_cifar` does: all its red levels, then green, then blue.

    Args:
        images: (n, height, width, 3) uint8.

    Returns:
        (n, 3 * height * width) float32 in [0, 255].

    >>> pixels(np.array([[[[1, 2, 3], [4, 5, 6]]]], np.uint8)).tolist()
    [[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]]
    """
    planes = images.transpose(0, 3, 1, 2)
    return planes.reshape(len(images), math.prod(images.shape[1:])).astype(np.float32)


def represented(data: Split, extracted: Results, name: str) -> tuple[Features, Features]:
    """Return training and test images in a representation; there may be no test images."""
    if name == "pixels":
        return pixels(data.x_train), pixels(data.x_test)
    return extracted.arrays[f"{name}_train"], extracted.arrays[f"{name}_test"]
