"""A convolutional autoencoder for small images, whose code is a small spatial grid.

Two strided convolutions divide each side by 4, and an unpadded 4 x 4 convolution subtracts 3:
28 x 28 pixels become 7 x 7, then 4 x 4 positions. A 1 x 1 convolution sets the number of features
at each position. The decoder mirrors the encoder.

Keras is imported inside the functions; see `lib.training`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

KERNEL = 4  # side, pixels, of the unpadded convolutions next to the code
ImageShape = tuple[int, int, int]  # height, width, channels
CODE = "code"  # the encoder's last layer


def positions(image_shape: ImageShape) -> tuple[int, int]:
    """Rows and columns of the code.

    Args:
        image_shape: height, width, channels; height and width multiples of 4, at least 16.

    Raises:
        ValueError: a side is below 16 or not a multiple of 4.

    >>> positions((28, 28, 1))
    (4, 4)
    """
    height, width, _ = image_shape
    if min(height, width) < 4 * KERNEL or height % 4 or width % 4:
        raise ValueError(
            f"Expected height and width in multiples of 4, at least 16. Received: {image_shape=}"
        )
    return height // 4 - KERNEL + 1, width // 4 - KERNEL + 1


def convolutional(*, image_shape: ImageShape, latent_features: int, width: int) -> "keras.Model":
    """Build the autoencoder, uncompiled; call `lib.training.set_seed` first.

    Args:
        image_shape: see `positions`.
        latent_features: features at each of the code's positions, at least 1.
        width: filters of the first convolution; the second has twice as many, the third four
            times; the decoder mirrors them.

    Returns:
        Model from (n, height, width, channels) float32 in [0, 1] to reconstructions of the same
        shape, kept in (0, 1) by the last layer's sigmoid.

    Raises:
        ValueError: a number is below 1, or the image sides do not fit.
    """
    import keras
    from keras import layers

    if latent_features < 1 or width < 1:
        raise ValueError(
            f"Expected latent_features >= 1 and width >= 1. Received: {latent_features=}, {width=}"
        )
    positions(image_shape)
    image = keras.Input(image_shape, name="image")
    x = layers.Conv2D(width, 3, 2, "same", activation="relu", name="encoder_1")(image)
    x = layers.Conv2D(2 * width, 3, 2, "same", activation="relu", name="encoder_2")(x)
    x = layers.Conv2D(4 * width, KERNEL, activation="relu", name="encoder_3")(x)
    code = layers.Conv2D(latent_features, 1, name=CODE)(x)
    x = layers.Conv2D(4 * width, 1, activation="relu", name="decoder_1")(code)
    x = layers.Conv2DTranspose(2 * width, KERNEL, activation="relu", name="decoder_2")(x)
    x = layers.Conv2DTranspose(width, 3, 2, "same", activation="relu", name="decoder_3")(x)
    x = layers.Conv2DTranspose(
        *(image_shape[-1], 3, 2, "same"),
        activation="sigmoid",
        dtype="float32",
        name="reconstruction",
    )(x)
    return keras.Model(image, x, name="autoencoder")


def compile_autoencoder(model: "keras.Model", *, learning_rate: float, steps: int) -> "keras.Model":
    """Compile with Adam and mean squared error.

    The learning rate decays along a half cosine to 0 at the last step, which gives clearly lower
    errors than a constant rate.

    Args:
        model: an autoencoder.
        learning_rate: initial learning rate.
        steps: number of batches over all epochs.

    Returns:
        The same model.

    Raises:
        ValueError: a value is out of range.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
        eq. 5 without restarts.
    """
    import keras

    if learning_rate <= 0 or steps < 1:
        raise ValueError(
            f"Expected learning_rate > 0 and steps >= 1. Received: {learning_rate=}, {steps=}"
        )
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="mean_squared_error",
        jit_compile=False,  # XLA is slower here on a CPU
    )
    return model


def encoder(model: "keras.Model") -> "keras.Model":
    """Extract an autoencoder's encoder; the two share weights.

    Returns:
        Model from (n, height, width, channels) to codes (n, rows, columns, latent_features).
    """
    import keras

    return keras.Model(model.inputs, model.get_layer(CODE).output, name="encoder")
