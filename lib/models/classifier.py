"""A convolutional classifier for small images.

Convolutional blocks, each ending in pooling, then one hidden dense layer: the architecture of most
published results on Fashion-MNIST (0.876-0.934 test accuracy).

Keras is imported inside the functions; see `lib.training`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def convolutional(
    *,
    filters: Sequence[int] = (32, 64),
    convolutions: Sequence[int] = (1, 2),
    dense_units: int = 256,
    dropout: float = 0.5,
    l2: float = 0.0,
    image_shape: tuple[int, int, int] = (28, 28, 1),
    classes: int = 10,
) -> "keras.Model":
    """Build the network, uncompiled; call `lib.training.set_seed` first.

    Args:
        filters: filters of each block's convolutions, which are 3 x 3, unpadded, with ReLU.
        convolutions: convolutions per block, before 2 x 2 max pooling. A second one is worth its
            time in the second block, where feature maps are small, but not in the first.
        dense_units: units of the hidden layer after the blocks.
        dropout: dropout rate in [0, 1) after the hidden layer, which has most of the weights; a
            third of it after each block. 0 adds no dropout layers.
        l2: coefficient of the sum of squared weights of all layers but the last. Training and
            validation loss include it, so compare models with different coefficients by accuracy.
        image_shape: height, width, channels.
        classes: number of classes.

    Returns:
        Model from (n, height, width, channels) float32 in [0, 1] to (n, classes) probabilities.

    Raises:
        ValueError: the images are too small for the convolutions, or a rate is out of range.
    """
    import keras
    from keras import layers

    _check(filters, convolutions, dropout, l2, image_shape)
    penalty = keras.regularizers.L2(l2) if l2 else None
    model = keras.Sequential(name="classifier")
    model.add(keras.Input(image_shape, name="image"))
    number = 0
    for block, (width, depth) in enumerate(zip(filters, convolutions, strict=True), start=1):
        for _ in range(depth):
            number += 1
            model.add(
                layers.Conv2D(
                    width, 3, activation="relu", kernel_regularizer=penalty, name=f"conv_{number}"
                )
            )
        model.add(layers.MaxPooling2D(name=f"pool_{block}"))
        if dropout:
            model.add(layers.Dropout(dropout / 3, name=f"dropout_{block}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(
        layers.Dense(dense_units, activation="relu", kernel_regularizer=penalty, name="hidden")
    )
    if dropout:
        model.add(layers.Dropout(dropout, name="dropout_hidden"))
    model.add(layers.Dense(classes, activation="softmax", dtype="float32", name="probabilities"))
    return model


def _check(
    filters: Sequence[int],
    convolutions: Sequence[int],
    dropout: float,
    l2: float,
    image_shape: tuple[int, int, int],
) -> None:
    if not 0 <= dropout < 1 or l2 < 0:
        raise ValueError(f"Expected 0 <= dropout < 1 and l2 >= 0. Received: {dropout=}, {l2=}")
    if len(filters) != len(convolutions):
        raise ValueError(
            f"Expected as many filters as convolutions. Received: {filters=}, {convolutions=}"
        )
    side = min(image_shape[:2])
    for depth in convolutions:
        side = (side - 2 * depth) // 2
    if side < 1:
        raise ValueError(
            "Expected images large enough for all convolution and pooling layers. "
            f"Received: {image_shape=}, {convolutions=}"
        )


def compile_classifier(
    model: "keras.Model",
    *,
    learning_rate: float,
    decay: float = 1.0,
    steps_per_epoch: int | None = None,
) -> "keras.Model":
    """Compile for integer labels, with Adam, cross-entropy and accuracy.

    Args:
        model: maps images to class probabilities.
        learning_rate: initial learning rate.
        decay: learning-rate factor per epoch, in (0, 1], applied smoothly. Unlike cosine decay, it
            does not depend on the number of epochs, so early stopping can choose that.
        steps_per_epoch: batches per epoch; required if `decay` is below 1.

    Returns:
        The same model.

    Raises:
        ValueError: a value is out of range.
    """
    import keras

    if learning_rate <= 0 or not 0 < decay <= 1:
        raise ValueError(
            f"Expected learning_rate > 0 and 0 < decay <= 1. Received: {learning_rate=}, {decay=}"
        )
    rate = learning_rate
    if decay < 1:
        if steps_per_epoch is None:
            raise ValueError(f"Expected steps_per_epoch when decay < 1. Received: {decay=}")
        rate = keras.optimizers.schedules.ExponentialDecay(learning_rate, steps_per_epoch, decay)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # XLA is slower here on a CPU
    )
    return model
