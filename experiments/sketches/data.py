"""The study's sketches: a handout's five files, else six classes of Quick, Draw! by name."""

import hashlib
from collections.abc import Iterator, Sized
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from contract.names import DataSource, Profile
from experiments.sketches.handin.main_densenet import N_CLASSES
from experiments.sketches.options import CLASSES
from lib.data import DataNotFoundError, Split
from lib.data.cache import once
from lib.data.files.hashes import add_array
from lib.data.sets import quickdraw, standin_scenes
from lib.data.split import Images
from lib.data.stratified import hold_out
from lib.tracking import Study

PARTS = (12_000, 3_600, 3_600)  # training, validation and test images per class, as in a handout
QUICK = (12_000, 3_000, 3_000)  # images in all


@dataclass(frozen=True, eq=False)
class ToPredict:
    """The images whose predicted labels are handed in.

    Args:
        images: (n, 28, 28) uint8.
        name: the data set's name.
        source: real or stand-in.
    """

    images: Images
    name: str
    source: DataSource

    @property
    def sha256(self) -> str:
        """Return a hash of the images."""
        digest = hashlib.sha256()
        add_array(digest, self.images)
        return digest.hexdigest()

    def parts(self) -> Iterator[tuple[str, Any, Sized]]:
        """Yield its only part."""
        yield "test", self.images, self.images


@dataclass(frozen=True)
class Sketches:
    """What a study trains on, is evaluated on and predicts.

    Args:
        labelled: training, validation and test images, with labels.
        to_predict: a handout's test images, whose labels are unknown; else those of `labelled`.
    """

    labelled: Split
    to_predict: ToPredict


@once
def load(study: Study) -> Sketches:
    """Load the data of a study's profile.

    Raises:
        DataNotFoundError: a class was not found, or classes were named for generated data.
        DataCorruptError: a file is damaged or has the wrong shape.
    """
    names = study.options.get(CLASSES, "")
    if study.profile is Profile.SMOKE:
        if names:
            raise DataNotFoundError(
                f"Expected no --{CLASSES} with the smoke profile, whose sketches are generated. "
                f"Received: {names}"
            )
        return _predicting(
            standin_scenes.sketches(n_train=360, n_val=120, n_test=120, seed=study.seed)
        )
    handout = None if names else quickdraw.handout()
    if handout is not None:
        whole = Sketches(
            _with_test(handout.split, study.seed),
            ToPredict(handout.unlabelled, handout.split.name, DataSource.REAL),
        )
    else:
        whole = _predicting(_classes(tuple(names.split(",")) if names else None, study))
    return whole if study.profile is Profile.FULL else _quick(whole, study.seed)


def _classes(names: tuple[str, ...] | None, study: Study) -> Split:
    """Load classes by name, with as many images of each as the smallest class allows."""
    classes = names or quickdraw.FRUITS
    try:
        fewest = min(quickdraw.count(classes).values())
        if fewest >= sum(PARTS):
            n_train, n_val, n_test = PARTS
        else:
            n_val = n_test = fewest // 6
            n_train = fewest - n_val - n_test
        return quickdraw.load(classes, n_train=n_train, n_val=n_val, n_test=n_test, seed=study.seed)
    except DataNotFoundError as error:
        at_hand = quickdraw.at_hand()
        if len(at_hand) < N_CLASSES:
            raise
        command = study.command(study.name, **{CLASSES: ",".join(at_hand[:N_CLASSES])})
        raise DataNotFoundError(f"{error} To use six of them: {command}") from error


def _with_test(handed_out: Split, seed: int) -> Split:
    """Hold out half of a handout's validation images, since its test images have no labels."""
    test = hold_out(handed_out.y_val, len(handed_out.y_val) // 2, (seed, 3))
    return replace(
        handed_out,
        x_val=handed_out.x_val[~test],
        y_val=handed_out.y_val[~test],
        x_test=handed_out.x_val[test],
        y_test=handed_out.y_val[test],
    )


def _predicting(labelled: Split) -> Sketches:
    return Sketches(labelled, ToPredict(labelled.x_test, labelled.name, labelled.source))


def _quick(whole: Sketches, seed: int) -> Sketches:
    sizes = [
        min(most, len(labels))
        for most, (_, _, labels) in zip(QUICK, whole.labelled.parts(), strict=True)
    ]
    sample = whole.labelled.take(*sizes, seed=seed)
    if np.shares_memory(whole.to_predict.images, whole.labelled.x_test):
        return _predicting(sample)
    return Sketches(sample, whole.to_predict)
