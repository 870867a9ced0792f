"""The study's data: all images of CIFAR-10 in one, shuffled, and nine tenths to learn from."""

import numpy as np

from contract.names import Profile
from experiments.scratch.handin.read_cifar import split_dataset
from lib.data import Split, cifar10, standin_colour

SPLIT = 0.9
QUICK_TRAIN, QUICK_TEST = 5_400, 600  # of 54,000 and 6,000
STAND_IN = 1_000


def load(profile: Profile, seed: int) -> Split:
    """Load the data that a profile uses; there is no validation part, for folds take its place.

    Raises:
        DataNotFoundError: CIFAR-10 is nowhere to be found.
        DataCorruptError: a file of it is not the published one.
    """
    if profile is Profile.SMOKE:
        return split_anew(
            standin_colour.images(n_train=STAND_IN, n_val=0, n_test=0, seed=seed), seed
        )
    whole = split_anew(cifar10.load(validation=0, seed=seed), seed)
    if profile is Profile.QUICK:
        return whole.take(n_train=QUICK_TRAIN, n_test=QUICK_TEST, seed=seed)
    return whole


def split_anew(data: Split, seed: int) -> Split:
    """Put all parts together, shuffle them, and hold out the last tenth as the test set."""
    images = np.concatenate([images for _, images, _ in data.parts()])
    labels = np.concatenate([labels for _, _, labels in data.parts()])
    x_train, y_train, x_test, y_test = split_dataset(images, labels, SPLIT, seed)
    return Split(
        x_train=x_train,
        y_train=y_train,
        x_val=x_train[:0],
        y_val=y_train[:0],
        x_test=x_test,
        y_test=y_test,
        class_names=data.class_names,
        name=data.name,
        source=data.source,
    )
