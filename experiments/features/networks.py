"""The study's networks for clothes: one of our own design, LeNet, and a shallow one of our own.

All map images (n, 32, 32, 1) float32 in [0, 1] to (n, 10) probabilities. Keras is imported
inside the functions, see `lib.training`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

SIDE = 32  # pixels
CLASSES = 10
LAST = "probabilities"


def wedge(
    *,
    widths: Sequence[int],
    dense_units: int,
    normalised: bool = True,
    squeezed: bool = True,
    flipped: bool = True,
    dropout: float = 0.4,
) -> "keras.Model":
    """Build the network of our own design, not compiled; seed first with `set_seed`.

    Each block is a wedge: a 3 x 3 convolution that widens, then a 1 x 1 convolution that squeezes
    the feature maps to half of them, then max pooling. The squeeze mixes what the first convolution
    found at each position before pooling discards positions, and halves the next block's cost.

    Args:
        widths: filters of each block's first convolution; the second has half of them.
        dense_units: units of the hidden layer.
        normalised: add batch normalisation after each convolution.
        squeezed: include the 1 x 1 convolutions.
        flipped: mirror training images at random; clothes have no left and right.
        dropout: rate after the hidden layer, which has most of the weights.
    """
    import keras
    from keras import layers

    model = keras.Sequential(name="wedge")
    model.add(keras.Input((SIDE, SIDE, 1), name="image"))
    if flipped:
        model.add(layers.RandomFlip("horizontal", name="mirror"))
    for block, width in enumerate(widths, start=1):
        steps = [("widen", width, 3)] + [("squeeze", width // 2, 1)] * squeezed
        for kind, filters, size in steps:
            name = f"{kind}_{block}"
            model.add(
                layers.Conv2D(filters, size, padding="same", use_bias=not normalised, name=name)
            )
            if normalised:
                # At the default, 0.99, a tenth of the initial statistics is left after 230 steps.
                model.add(layers.BatchNormalization(momentum=0.9, name=f"{name}_bn"))
            model.add(layers.ReLU(name=f"{name}_relu"))
        model.add(layers.MaxPooling2D(2, name=f"pool_{block}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(dense_units, name="hidden"))
    model.add(layers.ReLU(name="hidden_relu"))
    if dropout:
        model.add(layers.Dropout(dropout, name="dropout"))
    model.add(layers.Dense(CLASSES, activation="softmax", dtype="float32", name=LAST))
    return model


def lenet() -> "keras.Model":
    """Build LeNet-5 with ten softmax outputs, not compiled.

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
        recognition" (1998), section II.B. Here every map of the second convolution sees all maps
        before it, pooling is a plain mean, and the output is a softmax instead of distances to
        drawn digits.
    """
    import keras
    from keras import layers

    tanh: Any = {"activation": "tanh"}
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1), name="image"),
            layers.Conv2D(6, 5, name="conv_1", **tanh),
            layers.AveragePooling2D(2, name="pool_1"),
            layers.Conv2D(16, 5, name="conv_2", **tanh),
            layers.AveragePooling2D(2, name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, name="dense_1", **tanh),
            layers.Dense(84, name="dense_2", **tanh),
            layers.Dense(CLASSES, activation="softmax", dtype="float32", name=LAST),
        ],
        name="lenet",
    )


def shallow(
    *, widths: tuple[int, int], dense_units: int, maximum: bool = True, rectified: bool = True
) -> "keras.Model":
    """Build our own shallow network, not compiled: six layers, counted as in LeNet.

    It has LeNet's order of layers, but is wider, with ReLU and max pooling: few images need
    features that are strong somewhere rather than everywhere on average.

    Args:
        widths: filters of the two convolutions.
        dense_units: units of the hidden layer.
        maximum: use max pooling instead of mean pooling.
        rectified: use ReLU instead of tanh.
    """
    import keras
    from keras import layers

    pooling = layers.MaxPooling2D if maximum else layers.AveragePooling2D
    activation = "relu" if rectified else "tanh"
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1), name="image"),
            layers.Conv2D(widths[0], 5, padding="same", activation=activation, name="conv_1"),
            pooling(2, name="pool_1"),
            layers.Conv2D(widths[1], 3, padding="same", activation=activation, name="conv_2"),
            pooling(2, name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(dense_units, activation=activation, name="hidden"),
            layers.Dense(CLASSES, activation="softmax", dtype="float32", name=LAST),
        ],
        name="shallow",
    )
