"""One sequential network for small colour images, and three that a list of layers cannot describe.

All are built from the same block, a convolution with batch normalisation and ReLU, and end with the
mean over positions and one dense layer, so that they differ only in how the blocks are connected.

Source: features of several depths joined, as in Sermanet and LeCun (2011); several paths, Szegedy
et al. (2015); residual connections, He et al. (2016).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

MOMENTUM = 0.9  # of batch statistics; Keras' 0.99 lags behind the weights for more than an epoch

Tensor = Any
Filters = Sequence[int]
Block = Callable[..., Tensor]  # an instance of `_Blocks`


def sequential(x: Tensor, block: Block, filters: Filters) -> Tensor:
    """Connect one block after the other: the baseline."""
    x = block(x, filters[0])
    for width in filters[1:]:
        x = block(block(_pooled(x), width), width)
    return _mean(x)


def joined(x: Tensor, block: Block, filters: Filters) -> Tensor:
    """Connect the baseline's blocks, and join the features of every depth before the classifier."""
    from keras import layers

    x = block(x, filters[0])
    depths = [_mean(x)]
    for width in filters[1:]:
        x = block(block(_pooled(x), width), width)
        depths.append(_mean(x))
    return layers.Concatenate()(depths)


def paths(x: Tensor, block: Block, filters: Filters) -> Tensor:
    """Connect parallel paths with different fields of view, and concatenate their channels."""
    from keras import layers

    x = block(x, filters[0])
    for width in filters[1:]:
        x = _pooled(x)
        half, quarter = width // 2, width // 4
        looked = [
            block(x, quarter, size=1),
            block(block(x, half, size=1), width),
            block(block(block(x, quarter, size=1), half), half),
            block(layers.MaxPooling2D(3, 1, "same")(x), quarter, size=1),
        ]
        x = layers.Concatenate()(looked)
    return _mean(x)


def residual(x: Tensor, block: Block, filters: Filters) -> Tensor:
    """Connect pairs of blocks, and add a shortcut around each pair."""
    from keras import layers

    x = block(x, filters[0])
    for width in filters[1:]:
        x = _pooled(x)
        around = block(x, width, size=1)
        x = layers.Add()([block(block(x, width), width), around])
    return _mean(x)


CONNECT: Mapping[str, Callable[[Tensor, Block, Filters], Tensor]] = {
    "sequential": sequential,
    "joined": joined,
    "paths": paths,
    "residual": residual,
}
DESCRIBED = {
    "sequential": "two blocks after each pooling",
    "joined": "the same, the means of all depths joined",
    "paths": "after each pooling four paths: 1 × 1; 1 × 1 and 3 × 3; 1 × 1 and two of 3 × 3; "
    "pooling and 1 × 1",
    "residual": "two blocks after each pooling, with a 1 × 1 way around them, added",
}


def build(
    name: str,
    *,
    filters: Filters,
    dropout: float,
    image_shape: tuple[int, int, int] = (32, 32, 3),
    classes: int = 10,
) -> "keras.Model":
    """Build a network, not compiled; seed first with `lib.training.set_seed`.

    Args:
        name: one of `CONNECT`.
        filters: filters of the first block, then of the blocks after each 2 x 2 pooling.
        dropout: rate before the classifier.
        image_shape: height, width, channels.
        classes: number of classes.

    Returns:
        Model from (n, height, width, channels) float32 in [0, 1] to (n, classes) probabilities.
        Training images are mirrored at random, inside the model.

    Raises:
        ValueError: the network is unknown, or a number is out of range.
    """
    if name not in CONNECT:
        raise ValueError(f"Expected one of {', '.join(CONNECT)}. Received: {name=}")
    if not 0 <= dropout < 1 or len(filters) < 2 or min(filters) < 4:
        raise ValueError(
            "Expected 0 <= dropout < 1 and at least two numbers of filters, from 4. "
            f"Received: {dropout=}, {filters=}"
        )
    import keras
    from keras import layers

    image = keras.Input(image_shape, name="image")
    x = layers.RandomFlip("horizontal", name="mirrored")(image)
    x = CONNECT[name](x, _Blocks(), filters)
    x = layers.Dropout(dropout, name="dropout")(x)
    scores = layers.Dense(classes, activation="softmax", dtype="float32", name="probabilities")(x)
    return keras.Model(image, scores, name=name)


def described(name: str, filters: Filters) -> str:
    """Describe a network in a line, for the table of results."""
    widths = ", ".join(map(str, filters))
    return f"{DESCRIBED[name]}; filters {widths}"


class _Blocks:
    """Makes the blocks of one network: a convolution, batch normalisation and ReLU each.

    Convolutions have stride 1 and padding "same". A block's name gives its position, kernel and
    filters, as in `b2_3x3_48`.
    """

    def __init__(self) -> None:
        self._made = 0

    def __call__(self, x: Tensor, width: int, *, size: int = 3) -> Tensor:
        """Apply a new block to a tensor."""
        import keras
        from keras import layers

        self._made += 1
        return keras.Sequential(
            [
                keras.Input(x.shape[1:]),
                layers.Conv2D(width, size, padding="same", use_bias=False, name="conv"),
                layers.BatchNormalization(momentum=MOMENTUM, name="norm"),
                layers.ReLU(name="relu"),
            ],
            name=f"b{self._made}_{size}x{size}_{width}",
        )(x)


def _pooled(x: Tensor) -> Tensor:
    from keras import layers

    return layers.MaxPooling2D(2)(x)


def _mean(x: Tensor) -> Tensor:
    from keras import layers

    return layers.GlobalAveragePooling2D()(x)
