"""Fashion-MNIST: 70,000 grey images of clothing, 28 x 28, in ten classes of equal size.

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
Learning Algorithms" (2017), arXiv:1708.07747. The files are those of 31 August 2017, after the
publishers removed the exact duplicates.
"""

import numpy as np
import numpy.typing as npt

from lib.data.files.idx import parse_idx
from lib.data.files.locations import DataCorruptError, Publication, PublishedFile, read_published
from lib.data.split import Split, published

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
IMAGE_SHAPE = (28, 28)
N_TRAIN, N_TEST = 60_000, 10_000

FASHION_MNIST = Publication(
    title="Fashion-MNIST",
    folder="fashion-mnist",
    package="dataset-fashion-mnist",
    addresses=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets",  # Keras' copy, over HTTPS
    ),
)
# The publisher's files have the MD5s given in the README of zalandoresearch/fashion-mnist;
# Debian's differ only in the gzip header, which omits the file's name and date.
TRAIN_IMAGES = PublishedFile(
    "train-images-idx3-ubyte.gz",
    download_sha256="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    content_sha256="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
)
TRAIN_LABELS = PublishedFile(
    "train-labels-idx1-ubyte.gz",
    download_sha256="a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    content_sha256="bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
)
TEST_IMAGES = PublishedFile(
    "t10k-images-idx3-ubyte.gz",
    download_sha256="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    content_sha256="5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
)
TEST_LABELS = PublishedFile(
    "t10k-labels-idx1-ubyte.gz",
    download_sha256="67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    content_sha256="0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)


def load(*, validation: int = 10_000, seed: int) -> Split:
    """Load the data set, holding out some training samples for validation.

    Args:
        validation: number of training samples to hold out, stratified by class; 0 for none.
        seed: the same seed holds out the same samples.

    Returns:
        Images (n, 28, 28) uint8, 0 the background; parts of 60,000 - validation, validation and
        10,000 samples, in the published order.

    Raises:
        DataNotFoundError: if the files are not found and cannot be downloaded.
        DataCorruptError: if a file is not the published one.
        ValueError: if `validation` is not in [0, 60,000].
    """
    return published(
        _read_part(TRAIN_IMAGES, TRAIN_LABELS, N_TRAIN),
        _read_part(TEST_IMAGES, TEST_LABELS, N_TEST),
        n_val=validation,
        seed=seed,
        class_names=CLASS_NAMES,
        name=FASHION_MNIST.title,
    )


def _read_part(
    image_file: PublishedFile, label_file: PublishedFile, n: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    images = parse_idx(read_published(FASHION_MNIST, image_file), ndim=3)
    labels = parse_idx(read_published(FASHION_MNIST, label_file), ndim=1)
    if images.shape != (n, *IMAGE_SHAPE) or labels.shape != (n,):
        raise DataCorruptError(
            f"Expected {n} images of {IMAGE_SHAPE} in {image_file.name} and as many labels in "
            f"{label_file.name}. Received: images of shape={images.shape}, labels={labels.shape}"
        )
    return images, labels.astype(np.int64)
