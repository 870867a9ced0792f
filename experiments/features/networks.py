"""The study's networks for clothes: one of our own design, LeNet, and a shallow one of our own.

All take images (n, 32, 32, 1) float32 in [0, 1] and give (n, 10) probabilities. Keras is imported
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
    found at each place before pooling throws places away, and halves what the next block costs.

    Args:
        widths: filters of each block's first convolution; the second has half of them.
        dense_units: of the hidden layer.
        normalised: with batch normalisation behind each convolution.
        squeezed: with the 1 x 1 convolutions.
        flipped: mirror training images at random; clothes have no left and right.
        dropout: rate behind the hidden layer, where most weights are.
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
                # Of the default momentum, 0.99, a tenth of the first guess is left after 230 steps.
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
    """Build the shallow network of our own, not compiled: six layers as LeNet's are counted.

    LeNet's order of layers, but wider, with ReLU, and with max pooling: few images need features
    that are strong somewhere rather than everywhere on average.

    Args:
        widths: filters of the two convolutions.
        dense_units: of the hidden layer.
        maximum: pool by the maximum, not by the mean.
        rectified: ReLU, not tanh.
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
