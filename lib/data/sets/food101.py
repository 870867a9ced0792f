"""Food-101's first 20 classes: up to 1,000 colour photographs of each dish.

The set has one folder of JPEGs per class. Its archive is 5 GB, 4 GB of it unused classes. It is
streamed: shrunken copies of the 20 classes go into the cache, and nothing else is kept.

Source: Bossard, Guillaumin and Van Gool, "Food-101: Mining Discriminative Components with Random
Forests" (2014). The authors did not clean the training images: some labels are wrong. Of the first
14,000 images, shrunk to 64 x 64, 6 are exact duplicates.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lib.data.cache import keep
from lib.data.files.image_folders import decode
from lib.data.files.locations import (
    DataCorruptError,
    Publication,
    PublishedFile,
    cache_folder,
    find,
)
from lib.data.files.shrinking import shrink_into
from lib.data.split import Split, parted

CLASS_NAMES = (
    "apple_pie",
    "baby_back_ribs",
    "baklava",
    "beef_carpaccio",
    "beef_tartare",
    "beet_salad",
    "beignets",
    "bibimbap",
    "bread_pudding",
    "breakfast_burrito",
    "bruschetta",
    "caesar_salad",
    "cannoli",
    "caprese_salad",
    "carrot_cake",
    "ceviche",
    "cheese_plate",
    "cheesecake",
    "chicken_curry",
    "chicken_quesadilla",
)
KEPT_SIZE = 256  # shorter side in the cache, pixels: 20,000 files of about 20 kB

FOOD_101 = Publication(
    title="Food-101",
    folder="food-101",
    package=None,
    addresses=("http://data.vision.ee.ethz.ch/cvl",),
)
# From torchvision's prototype of this data set; we could not check it against the archive. The MD5
# in torchvision's released version is 85eeb15f3717b99a5da872d97d918f87.
ARCHIVE = PublishedFile(
    "food-101.tar.gz",
    download_sha256="d97d15e438b7f4498f96086a4f7e2fa42a32f2712e87d3295441b2b6314053a4",
)


def load(
    *, size: int = 64, n_train: int | None = None, n_val: int = 100, n_test: int = 150, seed: int
) -> Split:
    """Load the 20 classes, split at random.

    Args:
        size: height and width, pixels; non-square images are centre-cropped.
        n_train: minimum number of training images per class; None for one.
        n_val: validation images per class.
        n_test: test images per class.
        seed: the same seed gives the same split.

    Returns:
        Images (n, size, size, 3) uint8, without undecodable ones and exact duplicates, which could
        otherwise end up in two parts; `left_out` names both.

    Raises:
        DataNotFoundError: the folder is not found and cannot be downloaded.
        DataCorruptError: a class has too few images, or too many are damaged.
    """
    folder = find(FOOD_101, "images") or _fetched() / "images"
    files = [file for name in CLASS_NAMES for file in sorted((folder / name).glob("*.jpg"))]
    numbers = {name: number for number, name in enumerate(CLASS_NAMES)}
    labels = np.array([numbers[file.parent.name] for file in files], dtype=np.int64)
    _check_counts(folder, labels, (n_train or 1) + n_val + n_test)
    decoded = decode(FOOD_101, files, size)
    repeats = decoded.readable & _repeats(decoded.images)
    kept = decoded.readable & ~repeats
    _check_counts(folder, labels[kept], (n_train or 1) + n_val + n_test)
    left_out = {"undecodable": decoded.undecodable, "duplicates": _named(files, repeats)}
    return parted(
        decoded.images if kept.all() else decoded.images[kept],
        labels[kept],
        n_val=n_val * len(CLASS_NAMES),
        n_test=n_test * len(CLASS_NAMES),
        seed=seed,
        class_names=CLASS_NAMES,
        name=f"{FOOD_101.title}, first {len(CLASS_NAMES)} classes",
        left_out={reason: names for reason, names in left_out.items() if names},
    )


def _repeats(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Mark images that repeat an earlier one, by hash: (n,)."""
    seen: set[bytes] = set()
    found = np.zeros(len(images), dtype=np.bool_)
    for place, image in enumerate(images):
        digest = hashlib.sha256(np.ascontiguousarray(image).data).digest()
        found[place] = digest in seen
        seen.add(digest)
    return found


def _named(files: Sequence[Path], marked: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(
        f"{files[at].parent.name}/{files[at].name}" for at in np.flatnonzero(marked).tolist()
    )


def _check_counts(folder: Path, labels: npt.NDArray[np.int64], needed: int) -> None:
    counts = np.bincount(labels, minlength=len(CLASS_NAMES))
    short = [
        f"{name} with {count}"
        for name, count in zip(CLASS_NAMES, counts, strict=True)
        if count < needed
    ]
    if short:
        raise DataCorruptError(
            f"Expected at least {needed} images of each class in {folder}. "
            f"Received: {', '.join(short)}; unpack the data set again."
        )


def _fetched() -> Path:
    """Download the 20 classes into the cache, scaled down."""

    def make(folder: Path) -> None:
        shrink_into(folder, FOOD_101, ARCHIVE, wanted=_wanted, size=KEPT_SIZE)

    return keep(cache_folder() / FOOD_101.folder, make)


def _wanted(name: str) -> Path | None:
    """Return the path in the cache for an archive member; None if it is not used."""
    path = Path(name)
    if path.suffix == ".jpg" and path.parent.name in CLASS_NAMES:
        return Path("images") / path.parent.name / path.name
    return None
