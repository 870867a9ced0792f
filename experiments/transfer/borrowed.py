"""Networks with weights from ImageNet, put behind images in [0, 1]: as features, or to go on with.

How images are prepared is part of the model, once: a scaling to what the network was trained on,
then an enlargement. The control with random weights is a copy of the same layers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.data import weights

if TYPE_CHECKING:
    import keras

FROZEN_KIND = "BatchNormalization"
MOMENTUM = 0.9  # of its statistics from scratch: Keras' 0.99 needs more steps than few images give


@dataclass(frozen=True)
class Borrowed:
    """A network without its classifier.

    Attributes:
        name: what it is called.
        backbone: from prepared images (n, size, size, 3) to its last feature map.
        low: what a black pixel is prepared to.
        high: what a white pixel is prepared to.
        blocks: prefixes of the layers' names in its last blocks, the last block first.
    """

    name: str
    backbone: "keras.Model"
    low: float
    high: float
    blocks: Sequence[tuple[str, ...]]


def mobilenet(size: int) -> Borrowed:
    """Load MobileNet, 0.75 wide; its last blocks are pairs of a depthwise and a 1 x 1 convolution.

    Raises:
        DataNotFoundError: its weights are nowhere to be found.
        DataCorruptError: the file is another.
    """
    found = weights.mobilenet(top=False, size=size)
    blocks = [(f"conv_dw_{at}", f"conv_pw_{at}") for at in (13, 12, 11)]
    return Borrowed(found.name, found.model, found.low, found.high, blocks)


def efficientnet(size: int) -> Borrowed:
    """Load EfficientNet-Lite0 without its classifier, for images of another size than its own.

    Raises:
        DataNotFoundError: its weights are nowhere to be found.
        DataCorruptError: the file is another.
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
        size: pixels a side of its input.
        pretrained: with its weights, or with random ones.

    Raises:
        ValueError: there is no such network.
        DataNotFoundError: its weights are nowhere to be found.
        DataCorruptError: the file is another.
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
    """Copy weights between models of one architecture, which may differ in their images' size.

    Raises:
        ValueError: the architectures differ; the first layer that does is named, with both shapes.
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
    """Build the model from images in [0, 1], (n, side, side, 3), to the means of the last map.

    Raises:
        ValueError: the images are larger than what the network takes.
    """
    import keras

    image = keras.Input((side, side, 3), name="image")
    return keras.Model(image, _means(borrowed, image, side, training=False), name="features")


def classifier(borrowed: Borrowed, head: "keras.Model", side: int) -> "keras.Model":
    """Put a head behind a network, and mirroring, for training images alone, before it.

    Args:
        borrowed: its batch normalisation stays in inference whatever is trained later if it is
            frozen by `unfreeze`.
        head: from the features to class probabilities; shared, not copied.
        side: pixels a side of the images.
    """
    import keras
    from keras import layers

    image = keras.Input((side, side, 3), name="image")
    x = layers.RandomFlip("horizontal", name="mirrored")(image)
    return keras.Model(image, head(_means(borrowed, x, side)), name="classifier")


def unfreeze(borrowed: Borrowed, blocks: int) -> int:
    """Make the last blocks of a network trainable, all but their batch normalisation.

    With `trainable = True`, batch normalisation would follow the new images' statistics even
    where it is called with `training=False`, and the weights after it would no longer fit. The
    model must be compiled after this call: one that was compiled before would train nothing more.

    Args:
        borrowed: the network.
        blocks: how many, from the end.

    Returns:
        The number of weights that are trained now.

    Raises:
        ValueError: there are not so many blocks, or they match no layer.
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
