"""The five arrays of sketches, checked before anything is done with them."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

SHAPE = (28, 28)  # of an image, pixels
CLASSES = 6

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


class Labelled(NamedTuple):
    """Images and what they show.

    Attributes:
        images: (n, 28, 28) uint8, 0 = paper, 255 = ink.
        labels: (n,) int64 in [0, 6).
    """

    images: Images
    labels: Labels


def load_train(folder: Path) -> Labelled:
    """Load `fruit_images.npy` and `fruit_labels.npy`; raises as `load_images` does."""
    return _load_labelled(folder, "fruit")


def load_dev(folder: Path) -> Labelled:
    """Load `fruit_dev_images.npy` and `fruit_dev_labels.npy`; raises as `load_images` does."""
    return _load_labelled(folder, "fruit_dev")


def load_test(folder: Path) -> Images:
    """Load `fruit_test_images.npy`; raises as `load_images` does."""
    return load_images(folder / "fruit_test_images.npy")


def load_images(path: Path) -> Images:
    """Load images.

    Returns:
        (n, 28, 28) uint8, n > 0.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it does not hold such an array.
    """
    array = _load(path)
    if array.dtype != np.uint8 or array.shape[1:] != SHAPE or not len(array):
        raise ValueError(
            f"Expected images of shape (n, {SHAPE[0]}, {SHAPE[1]}), uint8, in {path}. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    return np.array(array)


def load_labels(path: Path, n: int) -> Labels:
    """Load labels.

    Args:
        path: the file's path.
        n: number of images.

    Returns:
        (n,) int64 in [0, 6).

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it does not hold such labels.
    """
    array = _load(path)
    if not np.issubdtype(array.dtype, np.integer) or array.shape != (n,):
        raise ValueError(
            f"Expected one whole number for each of {n} images in {path}. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    if outside := sorted({*np.unique(array).tolist()} - {*range(CLASSES)}):
        raise ValueError(
            f"Expected labels from 0 to {CLASSES - 1} in {path}. Received: {outside[0]}"
        )
    return array.astype(np.int64)


def _load_labelled(folder: Path, name: str) -> Labelled:
    images = load_images(folder / f"{name}_images.npy")
    return Labelled(images, load_labels(folder / f"{name}_labels.npy", len(images)))


def _load(path: Path) -> npt.NDArray[Any]:
    """Memory-map a file, so that a header that claims too much data allocates no memory."""
    try:
        with path.open("rb") as file:
            if file.read(6) != b"\x93NUMPY":
                raise ValueError("it does not start like one")
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, SyntaxError, TypeError, OverflowError) as error:
        reason = str(error).split("\n")[0]
        raise ValueError(f"Expected a NumPy array (.npy). Received: {path} ({reason})") from error
    if not array.ndim:
        raise ValueError(f"Expected an array with one axis or more. Received: a number in {path}")
    return array
