"""A convolutional autoencoder of 28 x 28 images with a code of 4 x 4 positions.

Strided convolutions bring 28 x 28 pixels to 14 x 14, 7 x 7 and 4 x 4 positions, a 1 x 1
convolution leaves as many features at each as the code has; the decoder goes the same way back.

Keras is imported inside the functions, see `lib.training`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

POSITIONS = 4  # of the code, a side
IMAGE_SIDE = 28  # pixels; what the strides and the 4 x 4 kernels bring to 4 positions
CODE = "code"  # the layer that the encoder ends with


def convolutional(*, latent_features: int, width: int) -> "keras.Model":
    """Build the autoencoder, not compiled; seed first with `lib.training.set_seed`.

    Args:
        latent_features: features at each of the code's 4 x 4 positions, at least 1.
        width: filters of the first convolution; the second has twice, the third four times as
            many, and the decoder mirrors them.

    Returns:
        Model from (n, 28, 28, 1) float32 in [0, 1] to reconstructions of the same shape, the
        logistic function of its last layer keeping them in (0, 1).

    Raises:
        ValueError: a number is below 1.
    """
    import keras
    from keras import layers

    if latent_features < 1 or width < 1:
        raise ValueError(f"Expected numbers from 1. Received: {latent_features=}, {width=}")
    image = keras.Input((IMAGE_SIDE, IMAGE_SIDE, 1), name="image")
    x = layers.Conv2D(width, 3, 2, "same", activation="relu", name="encoder_1")(image)
    x = layers.Conv2D(2 * width, 3, 2, "same", activation="relu", name="encoder_2")(x)  # 7 x 7
    x = layers.Conv2D(4 * width, 4, activation="relu", name="encoder_3")(x)  # 4 x 4
    code = layers.Conv2D(latent_features, 1, name=CODE)(x)
    x = layers.Conv2D(4 * width, 1, activation="relu", name="decoder_1")(code)
    x = layers.Conv2DTranspose(2 * width, 4, activation="relu", name="decoder_2")(x)  # 7 x 7
    x = layers.Conv2DTranspose(width, 3, 2, "same", activation="relu", name="decoder_3")(x)
    x = layers.Conv2DTranspose(
        1, 3, 2, "same", activation="sigmoid", dtype="float32", name="reconstruction"
    )(x)
    return keras.Model(image, x, name="autoencoder")


def compile_autoencoder(model: "keras.Model", *, learning_rate: float, steps: int) -> "keras.Model":
    """Compile for reconstructing its input: Adam on the mean squared error.

    The learning rate falls along half a cosine to nothing at the last step. With the number of
    epochs given this reaches clearly lower errors than a constant rate.

    Args:
        model: an autoencoder.
        learning_rate: of the first step.
        steps: batches in all epochs together.

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
            f"Expected learning_rate > 0, steps >= 1. Received: {learning_rate=}, {steps=}"
        )
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="mean_squared_error",
        jit_compile=False,  # XLA is slower here on a CPU
    )
    return model


def encoder(model: "keras.Model") -> "keras.Model":
    """Take the encoder out of an autoencoder, weights shared.

    Returns:
        Model from (n, 28, 28, 1) to codes (n, 4, 4, latent_features).
    """
    import keras

    return keras.Model(model.inputs, model.get_layer(CODE).output, name="encoder")
