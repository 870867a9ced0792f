"""Networks with weights learnt on ImageNet, each with its own way of preparing images, stated once.

MobileNet (Howard et al. 2017, arXiv:1704.04861) with 0.75 of its width, with its classifier and
without; EfficientNet-Lite0 (Tan and Le 2019, arXiv:1905.11946, without squeeze-and-excitation).
Both licensed under Apache-2.0.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lib.data.locations import (
    DataNotFoundError,
    Publication,
    PublishedFile,
    find,
    locate,
    not_found,
)

if TYPE_CHECKING:
    import keras

SIZE = 224  # pixels a side of what both were trained on
CLASSES = 1000

WEIGHTS = Publication(
    title="ImageNet weights",
    folder="weights",
    package=None,
    addresses=("https://storage.googleapis.com/download.tensorflow.org/data",),
)
# Keras states this file's MD5, c2c37ea517e94d9795004a39431a14cb, which the file hashed here has.
CLASS_INDEX = PublishedFile(
    "imagenet_class_index.json",
    "a1e7a966a1f601d39e4b43e119b3e7dd4a2ad3ea08cf69847cbaf021013767bc",
)
# Worked out from the files at hand. Keras publishes MobileNet's weights in an older format and
# without a hash, EfficientNet-Lite0's come from no publisher with one: neither is fetched.
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
    """A pretrained network and what it takes.

    Attributes:
        name: what it is called.
        model: not compiled.
        prepare: from images (n, height, width, 3) uint8 to what the model takes, float32. It
            takes bytes alone, so that images cannot be prepared twice.
        low: least value that the model takes, a black pixel's.
        high: greatest, a white pixel's.
    """

    name: str
    model: "keras.Model"
    prepare: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
    low: float
    high: float


def mobilenet(*, top: bool = True, size: int = SIZE) -> Network:
    """Load MobileNet, 0.75 wide.

    Args:
        top: with its classifier of 1,000 classes, whose output are probabilities; without it,
            with the last feature map.
        size: pixels a side of its input; only without `top` may they be other than 224.

    Raises:
        DataNotFoundError: the weights are in none of the places.
        DataCorruptError: the file is another.
        ValueError: the size is not one that it takes.
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
    """Load EfficientNet-Lite0 with its classifier, whose output are probabilities.

    Raises:
        DataNotFoundError: the model is in none of the places.
        DataCorruptError: the file is another.
    """
    path = _located(EFFICIENTNET_LITE0)
    import keras

    model = keras.models.load_model(path, compile=False, safe_mode=True)
    return Network("EfficientNet-Lite0", model, *_scaling(127.0, 128.0))


def class_names() -> tuple[str, ...]:
    """Names of ImageNet's 1,000 classes, in the order of both networks' outputs.

    Raises:
        DataNotFoundError: the list is in none of the places and cannot be downloaded.
        DataCorruptError: the file is another.
    """
    listed = json.loads(locate(WEIGHTS, CLASS_INDEX).read_bytes())
    return tuple(listed[str(number)][1].replace("_", " ") for number in range(CLASSES))


def require(*files: PublishedFile) -> None:
    """Check that files are there before work begins that needs them; their hashes come later.

    Raises:
        DataNotFoundError: one is in none of the places; the class index alone is downloaded.
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
    """How images are prepared, (x - middle) / reach, and the least and greatest value of it."""

    def prepare(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3:
            raise ValueError(
                "Expected images of dtype=uint8, shape=(n, height, width, 3), as published. "
                f"Received: dtype={images.dtype}, shape={images.shape}"
            )
        return (images.astype(np.float32) - np.float32(middle)) / np.float32(reach)

    return prepare, (0 - middle) / reach, (255 - middle) / reach
