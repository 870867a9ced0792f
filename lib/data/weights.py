"""Networks pretrained on ImageNet, each with its own preprocessing.

MobileNet (Howard et al. 2017, arXiv:1704.04861) at width multiplier 0.75, with and without its
classifier; EfficientNet-Lite0 (Tan and Le 2019, arXiv:1905.11946, without squeeze-and-excitation).
Both are licensed under Apache-2.0.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lib.data.files.locations import (
    DataNotFoundError,
    Publication,
    PublishedFile,
    find,
    locate,
    not_found,
)

if TYPE_CHECKING:
    import keras

SIZE = 224  # height and width of both networks' training images, pixels
CLASSES = 1000

WEIGHTS = Publication(
    title="ImageNet weights",
    folder="weights",
    package=None,
    addresses=("https://storage.googleapis.com/download.tensorflow.org/data",),
)
# Keras gives this file's MD5, c2c37ea517e94d9795004a39431a14cb, and the file hashed here matches.
CLASS_INDEX = PublishedFile(
    "imagenet_class_index.json",
    "a1e7a966a1f601d39e4b43e119b3e7dd4a2ad3ea08cf69847cbaf021013767bc",
)
# Computed from our copies. Keras publishes MobileNet's weights in an older format and without a
# hash, and no publisher gives a hash of EfficientNet-Lite0's: neither is downloaded.
MOBILENET = PublishedFile(
    "mobilenet_7_5_224_tf.weights.h5",
    "603cb4d8f4df2b8a7f7044e0215d049b9e563ab69ae2b444e8512e52ed56d5e4",
)
MOBILENET_NO_TOP = PublishedFile(
    "mobilenet_7_5_224_tf_no_top.weights.h5",
    "66bd022112bec96719ceacad505b4f88b5f56e760a178129a6fec35b23775a0b",
)
EFFICIENTNET_LITE0 = PublishedFile(
    "efficientnet_lite0_imagenet.keras",
    "d683bcb004bec3ba9802802bf0fba283c17716ec0c56bcaf46166a69dacecd91",
)


@dataclass(frozen=True)
class Network:
    """A pretrained network and its preprocessing.

    Attributes:
        name: display name.
        model: the Keras model, not compiled.
        prepare: converts images (n, height, width, 3) uint8 to the model's float32 input. It
            accepts only uint8, so images cannot be prepared twice.
        low: minimum of the model's input, a black pixel's value.
        high: maximum of the model's input, a white pixel's value.
    """

    name: str
    model: "keras.Model"
    prepare: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
    low: float
    high: float


def mobilenet(*, top: bool = True, size: int = SIZE) -> Network:
    """Load MobileNet at width multiplier 0.75.

    Args:
        top: whether to include the classifier, which outputs the probabilities of 1,000 classes;
            otherwise the output is the last feature map.
        size: height and width of the input, pixels; with `top`, only 224.

    Raises:
        DataNotFoundError: the weights are in none of the data folders.
        DataCorruptError: the file has another hash.
        ValueError: the network does not accept the size.
    """
    if (top and size != SIZE) or size < 32:
        expected = f"size {SIZE} with the classifier, at least 32 without"
        raise ValueError(f"Expected {expected}. Received: {size=}, {top=}")
    path = _located(MOBILENET if top else MOBILENET_NO_TOP)
    import keras

    model = keras.applications.MobileNet(
        input_shape=(size, size, 3), alpha=0.75, include_top=top, weights=path
    )
    return Network("MobileNet 0.75", model, *_scaling(127.5, 127.5))


def efficientnet_lite0() -> Network:
    """Load EfficientNet-Lite0 with its classifier, which outputs probabilities.

    Raises:
        DataNotFoundError: the model is in none of the data folders.
        DataCorruptError: the file has another hash.
    """
    path = _located(EFFICIENTNET_LITE0)
    import keras

    model = keras.models.load_model(path, compile=False, safe_mode=True)
    return Network("EfficientNet-Lite0", model, *_scaling(127.0, 128.0))


def class_names() -> tuple[str, ...]:
    """Names of ImageNet's 1,000 classes, in the order of both networks' outputs.

    Raises:
        DataNotFoundError: the list is in none of the data folders and cannot be downloaded.
        DataCorruptError: the file has another hash.
    """
    listed = json.loads(locate(WEIGHTS, CLASS_INDEX).read_bytes())
    return tuple(listed[str(number)][1].replace("_", " ") for number in range(CLASSES))


def require(*files: PublishedFile) -> None:
    """Check that files exist before starting work that needs them; hashes are checked on loading.

    Raises:
        DataNotFoundError: one is in none of the data folders; only the class index is downloaded.
    """
    for file in files:
        if file is CLASS_INDEX:
            locate(WEIGHTS, file)
        elif find(WEIGHTS, file.name) is None:
            raise _missing(file)


def _located(file: PublishedFile) -> str:
    if find(WEIGHTS, file.name) is None:
        raise _missing(file)
    return str(locate(WEIGHTS, file))


def _missing(file: PublishedFile) -> DataNotFoundError:
    return not_found(WEIGHTS, file.name, how=f"put the file there, in a folder {WEIGHTS.folder}/")


def _scaling(
    middle: float, reach: float
) -> tuple[Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]], float, float]:
    """Return the preprocessing (x - middle) / reach, and its minimum and maximum."""

    def prepare(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3:
            raise ValueError(
                "Expected images of dtype=uint8, shape=(n, height, width, 3), as published. "
                f"Received: dtype={images.dtype}, shape={images.shape}"
            )
        return (images.astype(np.float32) - np.float32(middle)) / np.float32(reach)

    return prepare, (0 - middle) / reach, (255 - middle) / reach
