"""Labeled Faces in the Wild: 13,233 colour photographs of 5,749 people's faces, by gender.

One folder per person. Two lists name the photographs of men and women; those in both or in neither
are left out. No person is in two parts, so models never see the people in the test set.

Source: Huang, Ramesh, Berg and Learned-Miller, "Labeled Faces in the Wild: a Database for Studying
Face Recognition in Unconstrained Environments" (2007). Any complete edition will do: the original
250 x 250 photographs, aligned ones, or the frontalised crops of Hassner et al., "Effective Face
Frontalization in Unconstrained Images" (2015). The lists do not name their author.

The people are real and named: use the set only for the purpose it was published for.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from contract.names import DataSource
from lib.data.files.image_folders import decode
from lib.data.files.locations import (
    DataCorruptError,
    Publication,
    PublishedFile,
    find,
    locate,
    not_found,
)
from lib.data.split import Split

N_IMAGES, N_PEOPLE = 13_233, 5_749
CLASS_NAMES = ("female", "male")

# Not downloaded: the lists, without which no image has a label, have no address with a known hash.
LFW = Publication(title="Labeled Faces in the Wild", folder="lfw", package=None, addresses=())
HOW = (
    "put a folder lfw/ there, with one folder per person, as scikit-learn's fetch_lfw_people "
    "unpacks them, and the lists female_names.txt and male_names.txt"
)
# Computed from our copies, in the order of `CLASS_NAMES`; the publisher gives no hashes.
LISTS = (
    PublishedFile(
        "female_names.txt", "c57d2c7c535f9639660088cbc791655ef8748c26ca55fc866efd3796877ef39d"
    ),
    PublishedFile(
        "male_names.txt", "6ed9cd7a08a50aba4e9ea0d5edba25ae13871896ee2f3dc205b39fcd2a6bc728"
    ),
)


def load(*, size: int = 64, val: float = 0.1, test: float = 0.1, seed: int) -> Split:
    """Load the data set, split at random by person.

    Args:
        size: height and width, pixels; photographs of other sizes are scaled.
        val: share of people held out for validation.
        test: share of people held out as the test set.
        seed: the same seed gives the same split.

    Returns:
        Images (n, size, size, 3) uint8, sorted by name; labels 0 for women, 1 for men; `left_out`
        names the images that have no label or cannot be decoded.

    Raises:
        DataNotFoundError: the folder or a list is not found.
        DataCorruptError: images are missing, too many are damaged, or a list has another hash.
        ValueError: the shares are not in [0, 1), or leave nobody to train on.
    """
    if not (0 <= val < 1 and 0 <= test < 1 and val + test < 1):
        raise ValueError(f"Expected val, test >= 0 and val + test < 1. Received: {val=}, {test=}")
    files = _photographs()
    labels, left_out = _labels(files)
    decoded = decode(LFW, files, size)
    if decoded.undecodable:
        left_out["undecodable"] = decoded.undecodable
    kept = (labels >= 0) & decoded.readable
    part = _parts([file.parent.name for file in files], kept, (val, test), seed)
    places = [np.flatnonzero(part == number) for number in range(3)]
    return Split(
        x_train=decoded.images[places[0]],
        y_train=labels[places[0]],
        x_val=decoded.images[places[1]],
        y_val=labels[places[1]],
        x_test=decoded.images[places[2]],
        y_test=labels[places[2]],
        class_names=CLASS_NAMES,
        name=LFW.title,
        source=DataSource.REAL,
        left_out=left_out,
    )


def _photographs() -> list[Path]:
    folder = find(LFW, LISTS[0].name)
    if folder is None:
        raise not_found(LFW, LISTS[0].name, how=HOW)
    folder = folder.parent
    files = sorted(folder.glob("*/*.jpg"))
    people = len({file.parent for file in files})
    if (len(files), people) != (N_IMAGES, N_PEOPLE):
        raise DataCorruptError(
            f"Expected {N_IMAGES} images of {N_PEOPLE} people in {folder}. "
            f"Received: {len(files)} of {people}; unpack the data set again."
        )
    return files


def _labels(files: list[Path]) -> tuple[npt.NDArray[np.int64], dict[str, tuple[str, ...]]]:
    """Label each photograph by the lists: -1 if both or neither contain it."""
    names = np.array([file.name for file in files])
    female, male = (np.isin(names, locate(LFW, file).read_text("utf-8").split()) for file in LISTS)
    left_out = {"in both lists": female & male, "in neither list": ~(female | male)}
    labels = np.where(female == male, -1, male)
    return labels.astype(np.int64), {
        reason: tuple(names[marked].tolist()) for reason, marked in left_out.items() if marked.any()
    }


def _parts(
    people: list[str], kept: npt.NDArray[np.bool_], shares: tuple[float, float], seed: int
) -> npt.NDArray[np.int64]:
    """Assign images to parts by person: 0 training, 1 validation, 2 test, -1 none."""
    distinct, person = np.unique(people, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(distinct))
    n_val, n_test = (round(share * len(distinct)) for share in shares)
    part_of = np.zeros(len(distinct), dtype=np.int64)
    part_of[order[:n_test]] = 2
    part_of[order[n_test : n_test + n_val]] = 1
    return np.where(kept, part_of[person], -1)
