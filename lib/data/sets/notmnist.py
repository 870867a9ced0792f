"""notMNIST: 10,000 grey glyphs of the letters A to J from many typefaces, 28 x 28, 1,000 of each.

Related typefaces often share glyphs: 196 of the 10,000 images repeat another. They are removed
before the set is split, because a model could otherwise answer them from memory.

Source: Bulatov, "notMNIST dataset" (2011), as sampled and converted by davidflanagan/
notMNIST-to-MNIST with the author's permission.
"""

import numpy as np

from lib.data.duplicates import first_occurrences
from lib.data.files.idx import parse_idx
from lib.data.files.locations import DataCorruptError, Publication, PublishedFile, read_published
from lib.data.split import Split, parted

CLASS_NAMES = tuple("ABCDEFGHIJ")
IMAGE_SHAPE = (28, 28)
N_IMAGES = 10_000

NOTMNIST = Publication(
    title="notMNIST",
    folder="notMNIST",
    package=None,
    addresses=("https://raw.githubusercontent.com/davidflanagan/notMNIST-to-MNIST/master",),
)
# As in the repository (git blobs 5d531796 and 52b51038). Its other two files, with 60,000 more
# images, are not used.
IMAGES = PublishedFile(
    "t10k-images-idx3-ubyte.gz",
    download_sha256="70ae9e06201f2827e5b0a3781a3169d735dd2efc69996b9eeaee7f10ed4044d7",
    content_sha256="8e7f38ae95cc8f48e0986175ffc9137e5007ebcf3d8fdf6656c904eb9dab198b",
)
LABELS = PublishedFile(
    "t10k-labels-idx1-ubyte.gz",
    download_sha256="1fa03836e01c862542f8eb83463bb951bebec6fcb3efa28dad748c6b38a9021b",
    content_sha256="5f8e6012f2ce730700d8d05fca098bc47f71d25b890e4bec7ac5ebfd614a4001",
)


def load(*, n_val: int = 1_000, n_test: int = 2_000, seed: int) -> Split:
    """Load the data set without its duplicates, and split it.

    Args:
        n_val: images to hold out for validation, stratified by class.
        n_test: images to hold out as the test set, likewise.
        seed: the same seed gives the same split.

    Returns:
        Images (n, 28, 28) uint8, 0 the background, 9,804 in all; `left_out` lists the duplicates
        by index in the file.

    Raises:
        DataNotFoundError: a file is not found and cannot be downloaded.
        DataCorruptError: a file is not the published one.
        ValueError: there are too few images to hold out.
    """
    images = parse_idx(read_published(NOTMNIST, IMAGES), ndim=3)
    labels = parse_idx(read_published(NOTMNIST, LABELS), ndim=1).astype(np.int64)
    if images.shape != (N_IMAGES, *IMAGE_SHAPE) or labels.shape != (N_IMAGES,):
        raise DataCorruptError(
            f"Expected {N_IMAGES} images of {IMAGE_SHAPE} in {IMAGES.name} and as many labels in "
            f"{LABELS.name}. Received: images of shape={images.shape}, labels={labels.shape}"
        )
    repeats = first_occurrences(images) != np.arange(len(images))
    return parted(
        images[~repeats],
        labels[~repeats],
        n_val=n_val,
        n_test=n_test,
        seed=seed,
        class_names=CLASS_NAMES,
        name=NOTMNIST.title,
        left_out={"duplicates": tuple(f"image {at}" for at in np.flatnonzero(repeats))},
    )
