"""Quick, Draw!: grey 28 x 28 sketches drawn by people in seconds, one file of bitmaps per class.

A class's file has about 100,000 images; only the requested number at its start is downloaded and
used. A course may hand out five files of its own instead, see `handout`.

Source: Google, "The Quick, Draw! Dataset" (2017), the simplified drawings as NumPy bitmaps; CC BY
4.0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contract.names import DataSource
from lib.data.cache import keep
from lib.data.files.arrays import HEADER, open_array, rows_in
from lib.data.files.locations import (
    DataCorruptError,
    DataNotFoundError,
    Publication,
    cache_folder,
    data_folders,
    find,
)
from lib.data.files.remote import first_bytes
from lib.data.split import Images, Labels, Split, parted

SIDE = 28
PIXELS = SIDE * SIDE
FRUITS = ("apple", "banana", "grapes", "pineapple", "strawberry", "watermelon")

# There is no hash, because only the beginning of a file is downloaded. Length, type and shape are
# checked, and a run's fingerprint contains the hash of the data it used.
QUICK_DRAW = Publication(
    title="Quick, Draw!",
    folder="quickdraw",
    package=None,
    addresses=("https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap",),
)
# The handout's files, with their lengths: training and validation images and labels, test images.
HANDOUT = {
    "fruit_images.npy": 72_000,
    "fruit_labels.npy": 72_000,
    "fruit_dev_images.npy": 21_600,
    "fruit_dev_labels.npy": 21_600,
    "fruit_test_images.npy": 21_600,
}


@dataclass(frozen=True)
class Handout:
    """The data that a course hands out.

    Attributes:
        split: labelled training and validation images; its test set is empty.
        unlabelled: (n, 28, 28) uint8 test images, whose labels the course withholds.
    """

    split: Split
    unlabelled: Images


def load(
    classes: Sequence[str] = FRUITS,
    *,
    n_train: int = 12_000,
    n_val: int = 3_600,
    n_test: int = 3_600,
    seed: int,
) -> Split:
    """Load classes by name, split at random; the default sizes are the handout's.

    Args:
        classes: names of the classes' files, in label order.
        n_train: training images per class.
        n_val: validation images per class.
        n_test: test images per class.
        seed: the same seed gives the same split.

    Returns:
        Images (n, 28, 28) uint8, 0 for paper, 255 for ink.

    Raises:
        DataNotFoundError: a class is not found and cannot be downloaded.
        DataCorruptError: a file is damaged, or has too few images.
        ValueError: a class is named twice.
    """
    if len(set(classes)) < len(classes) or not classes:
        raise ValueError(f"Expected one or more distinct classes. Received: {', '.join(classes)}")
    n = n_train + n_val + n_test
    images = np.concatenate([_bitmaps(name, n) for name in classes])
    return parted(
        images.reshape(-1, SIDE, SIDE),
        np.repeat(np.arange(len(classes)), n),
        n_val=n_val * len(classes),
        n_test=n_test * len(classes),
        seed=seed,
        class_names=tuple(classes),
        name=QUICK_DRAW.title,
    )


def count(classes: Iterable[str] = FRUITS) -> dict[str, int]:
    """Count the images of each class, in its file or at the publisher.

    Raises:
        DataNotFoundError: a class is not found and the publisher does not answer.
        DataCorruptError: a file is damaged.
    """
    counts = {}
    for name in classes:
        path = find(QUICK_DRAW, f"{name}.npy")
        counts[name] = _published(name)[1] if path is None else len(_open(path))
    return counts


def handout() -> Handout | None:
    """Load the handout's five files from the first data folder that has them; None if none does.

    Raises:
        DataCorruptError: only some are there, or one has the wrong shape, dtype or labels.
    """
    found = find(QUICK_DRAW, next(iter(HANDOUT)))
    if found is None:
        return None
    folder = found.parent
    missing = [name for name in HANDOUT if not (folder / name).is_file()]
    if missing:
        raise DataCorruptError(
            f"Expected the handout's {len(HANDOUT)} files in {folder}. "
            f"Missing: {', '.join(missing)}. Add them."
        )
    arrays = [_handed_out(folder / name, n) for name, n in HANDOUT.items()]
    x_train, y_train, x_val, y_val, unlabelled = arrays
    split = Split(
        x_train=x_train,
        y_train=_labels(y_train, folder),
        x_val=x_val,
        y_val=_labels(y_val, folder),
        x_test=unlabelled[:0],
        y_test=np.empty(0, dtype=np.int64),
        class_names=FRUITS,
        name=f"{QUICK_DRAW.title}, handout",
        source=DataSource.REAL,
    )
    return Handout(split, unlabelled)


def _handed_out(path: Path, n: int) -> npt.NDArray[np.uint8]:
    shape = (n,) if "labels" in path.name else (n, SIDE, SIDE)
    return open_array(path, np.uint8, shape)


def _labels(labels: npt.NDArray[np.uint8], folder: Path) -> Labels:
    if labels.max() >= len(FRUITS):
        raise DataCorruptError(
            f"Expected labels in [0, {len(FRUITS)}) in {folder}. Received: {labels.max()}; "
            "replace them with the handout's files."
        )
    return labels.astype(np.int64)


def _bitmaps(name: str, n: int) -> npt.NDArray[np.uint8]:
    """The first `n` images of a class: (n, 784) uint8, memory-mapped."""
    path = find(QUICK_DRAW, f"{name}.npy")
    if path is None:
        path = keep(
            cache_folder() / QUICK_DRAW.folder / f"{name}-first-{n}.npy",
            lambda partial: _fetch(name, n, partial),
        )
    images = _open(path)
    if len(images) < n:
        raise DataCorruptError(
            f"Expected at least {n} images of {name}. Received: {path} with {len(images)}; "
            "request fewer, or replace it with the published file."
        )
    return images[:n]


def _open(path: Path) -> npt.NDArray[np.uint8]:
    return open_array(path, np.uint8, (None, PIXELS))


def _fetch(name: str, n: int, path: Path) -> None:
    offset, rows = _published(name)
    if rows < n:
        raise DataCorruptError(
            f"Expected at least {n} images of {name}. Received: {rows} at the publisher; ask for "
            "fewer."
        )
    content, _ = first_bytes(QUICK_DRAW, f"{name}.npy", offset + n * PIXELS)
    values = np.frombuffer(content, dtype=np.uint8, offset=offset)
    with path.open("wb") as file:
        np.save(file, values.reshape(n, PIXELS))


def _published(name: str) -> tuple[int, int]:
    """Offset in bytes of the first image in a class's published file, and the number of images."""
    try:
        beginning, total = first_bytes(QUICK_DRAW, f"{name}.npy", HEADER)
    except DataNotFoundError as error:
        there = ", ".join(at_hand())
        said = (
            f"Classes available locally: {there}." if there else "No classes are available locally."
        )
        raise DataNotFoundError(f"{error} {said}") from error
    try:
        offset, rows = rows_in(beginning, np.uint8, (PIXELS,))
    except ValueError as error:
        raise DataCorruptError(f"{name}.npy at the publisher: {error}; try again later.") from error
    if total != offset + rows * PIXELS:
        raise DataCorruptError(
            f"Expected {rows} images of {name} at the publisher, {offset + rows * PIXELS} bytes. "
            f"Received: a file of {total}; try again later."
        )
    return offset, rows


def at_hand() -> list[str]:
    """List the classes whose files are in a data folder, in alphabetical order."""
    folders = [folder / QUICK_DRAW.folder for folder in data_folders()]
    names = {path.stem for folder in folders for path in folder.glob("*.npy")}
    return sorted(name for name in names if "-first-" not in name and f"{name}.npy" not in HANDOUT)
