"""Networks pretrained on ImageNet, for images in [0, 1]: to extract features or to fine-tune.

Preprocessing is part of the model: scaling to the range that the network was trained on, then
enlarging. The control with random weights is a copy of the same layers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.data import weights

if TYPE_CHECKING:
    import keras

FROZEN_KIND = "BatchNormalization"
# Images per step of a frozen network; on one core, maps of more outgrow the cache (337 images/s
# with 16, 260 with 500, and a third of the memory; 160 pixels, both networks side by side).
BATCH_SIZE = 16
MOMENTUM = 0.9  # when trained from scratch: Keras' 0.99 needs more steps than few images give


@dataclass(frozen=True)
class Borrowed:
    """A network without its classifier.

    Attributes:
        name: the network's name.
        backbone: model from prepared images (n, size, size, 3) to its last feature map.
        low: value of a black pixel in prepared images.
        high: value of a white pixel in prepared images.
        blocks: prefixes of the layer names in each of the last blocks, the last block first.
    """

    name: str
    backbone: "keras.Model"
    low: float
    high: float
    blocks: Sequence[tuple[str, ...]]


def mobilenet(size: int) -> Borrowed:
    """Load MobileNet, 0.75 wide; its last blocks are pairs of a depthwise and a 1 x 1 convolution.

    Raises:
        DataNotFoundError: its weights were not found.
        DataCorruptError: the file is not the published one.
    """
    found = weights.mobilenet(top=False, size=size)
    blocks = [(f"conv_dw_{at}", f"conv_pw_{at}") for at in (13, 12, 11)]
    return Borrowed(found.name, found.model, found.low, found.high, blocks)


def efficientnet(size: int) -> Borrowed:
    """Load EfficientNet-Lite0 without its classifier, for images of a different size than its own.

    Raises:
        DataNotFoundError: its weights were not found.
        DataCorruptError: the file is not the published one.
    """
    import keras

    found = weights.efficientnet_lite0()
    features = keras.Model(found.model.input, found.model.get_layer("head_relu").output)
    resized = keras.models.clone_model(features, input_tensors=keras.Input((size, size, 3)))
    carry_weights(features, resized)
    blocks = [("head_", "block15_"), ("block14_",), ("block13_",)]
    return Borrowed(found.name, resized, found.low, found.high, blocks)


def small(size: int) -> Borrowed:
    """Build a small network with random weights, which stands in for a pretrained one."""
    return _stand_in("stand-in, 8 features", 8, size)


def smaller(size: int) -> Borrowed:
    """Build another stand-in, with fewer features."""
    return _stand_in("stand-in, 6 features", 6, size)


NETWORKS: Mapping[str, Callable[[int], Borrowed]] = {
    "mobilenet": mobilenet,
    "efficientnet": efficientnet,
    "small": small,
    "smaller": smaller,
}


def borrow(network: str, size: int, *, pretrained: bool = True) -> Borrowed:
    """Load a network; seed first with `lib.training.set_seed`.

    Args:
        network: one of `NETWORKS`.
        size: height and width of its input, pixels.
        pretrained: use its ImageNet weights; otherwise random ones.

    Raises:
        ValueError: the network is unknown.
        DataNotFoundError: its weights were not found.
        DataCorruptError: the file is not the published one.
    """
    if network not in NETWORKS:
        raise ValueError(f"Expected one of {', '.join(NETWORKS)}. Received: {network=}")
    found = NETWORKS[network](size)
    if pretrained:
        return found
    import keras

    anew = keras.models.clone_model(found.backbone)
    for layer in anew.layers:
        if type(layer).__name__ == FROZEN_KIND:
            layer.momentum = MOMENTUM
    return Borrowed(found.name, anew, found.low, found.high, found.blocks)


def carry_weights(source: "keras.Model", target: "keras.Model") -> None:
    """Copy weights between models of one architecture; their image sizes may differ.

    Raises:
        ValueError: the architectures differ; names the first such layer, with both shapes.
    """
    given, wanted = source.weights, target.weights
    for one, other in zip(given, wanted, strict=False):
        if tuple(one.shape) != tuple(other.shape):
            raise ValueError(
                f"Expected weights of shape {tuple(other.shape)} for {other.path}. "
                f"Received: {tuple(one.shape)}, of {one.path}: they are of another architecture"
            )
    if len(given) != len(wanted):
        raise ValueError(
            f"Expected {len(wanted)} arrays of weights for {target.name}. "
            f"Received: {len(given)}, of {source.name}: they are of another architecture"
        )
    target.set_weights(source.get_weights())


def features(borrowed: Borrowed, side: int) -> "keras.Model":
    """Build the model from images in [0, 1], (n, side, side, 3), to the last map's means.

    Raises:
        ValueError: the images are larger than the network's input.
    """
    import keras

    image = keras.Input((side, side, 3), name="image")
    return keras.Model(image, _means(borrowed, image, side, training=False), name="features")


def classifier(borrowed: Borrowed, head: "keras.Model", side: int) -> "keras.Model":
    """Attach a head to a network, and mirror the images at random, in training only.

    Args:
        borrowed: the network; `unfreeze` keeps its batch normalisation in inference mode,
            whatever is trained later.
        head: model from features to class probabilities; shared, not copied.
        side: height and width of the images, pixels.
    """
    import keras
    from keras import layers

    image = keras.Input((side, side, 3), name="image")
    x = layers.RandomFlip("horizontal", name="mirrored")(image)
    return keras.Model(image, head(_means(borrowed, x, side)), name="classifier")


def unfreeze(borrowed: Borrowed, blocks: int) -> int:
    """Make the last blocks of a network trainable, all but their batch normalisation.

    With `trainable = True`, batch normalisation would follow the new images' statistics even when
    called with `training=False`, and the weights after it would no longer fit. Compile the model
    after this call: one compiled before would not train these blocks.

    Args:
        borrowed: the network.
        blocks: number of blocks, counted from the end.

    Returns:
        The number of weights that are now trainable.

    Raises:
        ValueError: there are fewer blocks, or they match no layer.
    """
    if not 1 <= blocks <= len(borrowed.blocks):
        raise ValueError(f"Expected 1 to {len(borrowed.blocks)} blocks. Received: {blocks=}")
    prefixes = tuple(prefix for block in borrowed.blocks[:blocks] for prefix in block)
    borrowed.backbone.trainable = True
    for layer in borrowed.backbone.layers:
        of_block = layer.name.startswith(prefixes)
        layer.trainable = of_block and type(layer).__name__ != FROZEN_KIND
    trained = sum(int(each.shape.num_elements()) for each in borrowed.backbone.trainable_weights)
    if not trained:
        raise ValueError(f"Expected layers named like {prefixes}. Received: none")
    return trained


def _means(
    borrowed: Borrowed, image: "keras.KerasTensor", side: int, *, training: bool | None = None
) -> "keras.KerasTensor":
    from keras import layers

    size = borrowed.backbone.input_shape[1]
    if side > size:
        raise ValueError(
            f"Expected images of at most ({size}, {size}, 3) for {borrowed.name}. "
            f"Received: ({side}, {side}, 3)"
        )
    x = layers.Rescaling(borrowed.high - borrowed.low, borrowed.low, name="prepared")(image)
    if side != size:
        x = layers.Resizing(size, size, name="enlarged")(x)
    x = borrowed.backbone(x) if training is None else borrowed.backbone(x, training=training)
    return layers.GlobalAveragePooling2D(dtype="float32", name="means")(x)


def _stand_in(name: str, width: int, size: int) -> Borrowed:
    import keras
    from keras import layers

    image = keras.Input((size, size, 3))
    x = layers.Conv2D(width, 3, 4, use_bias=False, name="block1_conv")(image)
    x = layers.BatchNormalization(name="block1_norm")(x)
    x = layers.ReLU(name="block1_relu")(x)
    x = layers.Conv2D(width, 3, 2, use_bias=False, name="block2_conv")(x)
    x = layers.BatchNormalization(name="block2_norm")(x)
    x = layers.ReLU(name="block2_relu")(x)
    return Borrowed(name, keras.Model(image, x), -1.0, 1.0, [("block2_",), ("block1_",)])
