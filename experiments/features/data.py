"""The study's data: clothes enlarged to 32 x 32, faces of two sizes, photographs of dishes.

A profile takes the whole real data set, a part of it, or a stand-in for it.
"""

import dataclasses

from contract.names import Profile
from experiments.features.networks import SIDE
from lib.data import Split
from lib.data.enlarging import enlarge
from lib.data.sets import fashion_mnist, lfw, standin, standin_scenes

QUICK_TRAIN, QUICK_VAL = 6_000, 2_000  # of 50,000 and 10,000; the test set stays whole
SMALL_SIDE = 32  # pixels of the specification's small set of faces
DRAWN_SIDE = 16  # pixels of the smoke profile's generated faces
SMALL_FACES = (1_000, 500, 500)  # training, validation and test images


def clothes(profile: Profile, seed: int) -> Split:
    """Load Fashion-MNIST, enlarged to 32 x 32.

    Raises:
        DataNotFoundError: it was not found.
        DataCorruptError: one of its files is not the published one.
    """
    match profile:
        case Profile.SMOKE:
            drawn = standin.images(n_train=160, n_val=80, n_test=80, seed=seed)
        case Profile.QUICK:
            whole = fashion_mnist.load(seed=seed)
            drawn = whole.take(QUICK_TRAIN, QUICK_VAL, seed=seed)
        case _:
            drawn = fashion_mnist.load(seed=seed)
    return dataclasses.replace(
        drawn,
        x_train=enlarge(drawn.x_train, SIDE),
        x_val=enlarge(drawn.x_val, SIDE),
        x_test=enlarge(drawn.x_test, SIDE),
        name=f"{drawn.name}, enlarged",
    )


def small_faces(profile: Profile, seed: int) -> Split:
    """Load the specification's small set: 1,000 faces of 32 x 32 to train on.

    Raises:
        DataNotFoundError: Labeled Faces in the Wild was not found.
        DataCorruptError: one of its files is not the published one.
    """
    if profile is Profile.SMOKE:
        return standin_scenes.faces(n_train=32, n_val=16, n_test=16, size=DRAWN_SIDE, seed=seed)
    return lfw.load(size=SMALL_SIDE, seed=seed).take(*SMALL_FACES, seed=seed)


def faces(profile: Profile, seed: int, side: int, quick_train: int) -> Split:
    """Load faces of a given size: all of them, or as many as the profile takes.

    Args:
        profile: decides how much data to load.
        seed: seeds the split.
        side: height and width, pixels.
        quick_train: number of training images in the quick profile.

    Raises:
        DataNotFoundError: Labeled Faces in the Wild was not found.
        DataCorruptError: one of its files is not the published one.
    """
    if profile is Profile.SMOKE:
        return standin_scenes.faces(n_train=32, n_val=16, n_test=16, size=side, seed=seed)
    whole = lfw.load(size=side, seed=seed)
    if profile is Profile.QUICK:
        return whole.take(quick_train, quick_train // 5, seed=seed)
    return whole
