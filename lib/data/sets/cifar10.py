"""CIFAR-10: 60,000 colour photographs, 32 x 32, in ten classes of equal size.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009); the Python
version, whose batches are pickles.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from lib.data.files.archives import read_members
from lib.data.files.locations import DataCorruptError, Publication, PublishedFile
from lib.data.files.pickled import read_pickle
from lib.data.split import Split, published

IMAGE_SHAPE = (32, 32, 3)
N_BATCH, N_TRAIN = 10_000, 50_000
PLANES = (3, 32, 32)  # a row of a batch: all red values, then all green, then all blue

CIFAR_10 = Publication(
    title="CIFAR-10",
    folder="cifar-10-batches-py",
    package=None,
    addresses=("https://www.cs.toronto.edu/~kriz",),
)
# The publisher gives the archive's MD5, c58f30108f718f92721af3b95e74349a; Keras gives this hash.
ARCHIVE = PublishedFile(
    "cifar-10-python.tar.gz",
    download_sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
META, TEST_BATCH = "batches.meta", "test_batch"
TRAIN_BATCHES = tuple(f"data_batch_{number}" for number in range(1, 6))
# Of files that match torchvision's MD5s, such as c99cafc152244af753f735de768cd75f (data_batch_1).
FILES = {
    META: "f962466ef690d46b226450fb9aadc74ba4bc64a76aa526b5827fe4bc5c7125cb",
    "data_batch_1": "54636561a3ce25bd3e19253c6b0d8538147b0ae398331ac4a2d86c6d987368cd",
    "data_batch_2": "766b2cef9fbc745cf056b3152224f7cf77163b330ea9a15f9392beb8b89bc5a8",
    "data_batch_3": "0f00d98ebfb30b3ec0ad19f9756dc2630b89003e10525f5e148445e82aa6a1f9",
    "data_batch_4": "3f7bb240661948b8f4d53e36ec720d8306f5668bd0071dcb4e6c947f78e9682b",
    "data_batch_5": "d91802434d8376bbaeeadf58a737e3a1b12ac839077e931237e0dcd43adcb154",
    TEST_BATCH: "f53d8d457504f7cff4ea9e021afcf0e0ad8e24a91f3fc42091b8adef61157831",
}


def load(*, validation: int = 5_000, seed: int) -> Split:
    """Load the data set, holding out some training samples for validation.

    Args:
        validation: number of training samples to hold out, stratified by class; 0 for none.
        seed: the same seed holds out the same samples.

    Returns:
        Images (n, 32, 32, 3) uint8; parts of 50,000 - validation, validation and 10,000 samples,
        in the published order.

    Raises:
        DataNotFoundError: if the files are not found and cannot be downloaded.
        DataCorruptError: if some files are missing, or one is not the published one.
        ValueError: if `validation` is not in [0, 50,000].
    """
    contents = read_members(CIFAR_10, ARCHIVE, FILES)
    batches = [_read_batch(name, contents[name]) for name in TRAIN_BATCHES]
    train = (
        np.concatenate([images for images, _ in batches]),
        np.concatenate([labels for _, labels in batches]),
    )
    return published(
        train,
        _read_batch(TEST_BATCH, contents[TEST_BATCH]),
        n_val=validation,
        seed=seed,
        class_names=_class_names(contents[META]),
        name=CIFAR_10.title,
    )


def _read_batch(name: str, content: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    batch = _read_dictionary(name, content)
    rows, labels = batch.get(b"data"), np.asarray(batch.get(b"labels", ()))
    if (
        not isinstance(rows, np.ndarray)
        or rows.shape != (N_BATCH, np.prod(PLANES))
        or rows.dtype != np.uint8
        or labels.shape != (N_BATCH,)
        or labels.dtype.kind != "i"
    ):
        received = f"{rows.shape} {rows.dtype}" if isinstance(rows, np.ndarray) else type(rows)
        raise DataCorruptError(
            f"Expected {N_BATCH} rows of {np.prod(PLANES)} bytes in {name}, and as many labels. "
            f"Received: data of {received}, labels of {labels.shape} {labels.dtype}"
        )
    planes = rows.reshape(-1, *PLANES)
    images = np.empty((N_BATCH, *IMAGE_SHAPE), np.uint8)
    for channel in range(PLANES[0]):  # takes half as long as copying a transposed view
        images[..., channel] = planes[:, channel]
    return images, labels.astype(np.int64)


def _class_names(content: bytes) -> tuple[str, ...]:
    names = _read_dictionary(META, content).get(b"label_names", [])
    return tuple(name.decode("ascii") for name in names)


def _read_dictionary(name: str, content: bytes) -> dict[Any, Any]:
    try:
        found = read_pickle(content)
    except ValueError as error:
        raise DataCorruptError(f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise DataCorruptError(f"Expected a dictionary in {name}. Received: {type(found).__name__}")
    return found
