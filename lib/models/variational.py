"""A convolutional variational autoencoder (VAE): layers, loss terms, encoder and decoder.

The encoder maps each image to a normal distribution, the decoder each code to an image:

    q(z | x) = N(mu(x), diag sigma^2(x))
    loss(x) = |x - decoder(z)|^2 + weight KL(q(z | x) | N(0, I))

Both terms are sums per image: squared errors over pixels and channels, the divergence over latent
units, in nats. For Gaussian pixels of variance s^2, the loss is the negative evidence lower bound
times 2 s^2 plus a constant, and `weight` is 2 s^2.

Source: Kingma and Welling, "Auto-encoding variational Bayes" (2014), equation 7 and appendix B;
Higgins et al., "beta-VAE" (2017), for the weight.

Keras is imported inside the functions; see `lib.training`.
"""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

MEAN, LOG_VARIANCE, CODE = "mean", "log_variance", "code"
ACTIVE = 0.01  # a unit is active if its mean's variance over images is above this


def variational(
    *, side: int, widths: Sequence[int], latent_dim: int, weight: float, channels: int = 3
) -> "keras.Model":
    """Build the VAE, uncompiled; call `lib.training.set_seed` first.

    Args:
        side: image height and width, pixels, divisible by 2 ** len(widths).
        widths: filters of the encoder's convolutions, each of which halves the side; the decoder
            mirrors them.
        latent_dim: number of latent units.
        weight: weight of the divergence in the loss, above 0.
        channels: image channels.

    Returns:
        Model from (n, side, side, channels) float32 in [0, 1] to reconstructions of the same
        shape: from a sample of the code in training, from its mean otherwise.

    Raises:
        ValueError: an argument is out of range.
    """
    import keras
    from keras import layers

    small = side >> len(widths)
    if not widths or small << len(widths) != side or latent_dim < 1 or weight <= 0:
        raise ValueError(
            "Expected a side divisible by 2 ** len(widths), latent_dim >= 1 and weight > 0. "
            f"Received: {side=}, {widths=}, {latent_dim=}, {weight=}"
        )
    image = keras.Input((side, side, channels), name="image")
    x = image
    for number, width in enumerate(widths, start=1):
        x = layers.Conv2D(width, 4, 2, "same", activation="relu", name=f"encoder_{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    mean = layers.Dense(latent_dim, dtype="float32", name=MEAN)(x)
    log_variance = layers.Dense(latent_dim, dtype="float32", name=LOG_VARIANCE)(x)
    x = _sampling()(weight=weight, dtype="float32", name=CODE)([mean, log_variance])
    x = layers.Dense(small * small * widths[-1], activation="relu", name="decoder_0")(x)
    x = layers.Reshape((small, small, widths[-1]), name="unflatten")(x)
    for number, width in enumerate([*widths[-2::-1]], start=1):
        x = layers.Conv2DTranspose(
            width, 4, 2, "same", activation="relu", name=f"decoder_{number}"
        )(x)
    x = layers.Conv2DTranspose(
        channels, 4, 2, "same", activation="sigmoid", dtype="float32", name="reconstruction"
    )(x)
    return keras.Model(image, x, name="variational_autoencoder")


def compile_variational(model: "keras.Model", *, learning_rate: float, steps: int) -> "keras.Model":
    """Compile with Adam, half-cosine learning-rate decay and both loss terms, tracked separately.

    The curves are `loss`, `reconstruction_error` and the unweighted `divergence_loss`.

    Args:
        model: built by `variational`.
        learning_rate: initial learning rate.
        steps: number of batches over all epochs.

    Returns:
        The same model.
    """
    import keras

    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(learning_rate, steps)
        ),
        loss=summed_squared_error,
        metrics=[
            keras.metrics.MeanMetricWrapper(summed_squared_error, name="reconstruction_error")
        ],
        jit_compile=False,  # XLA is slower here on a CPU
    )
    return model


def summed_squared_error(images: Any, reconstructions: Any) -> Any:
    """Squared error of each image, summed over pixels and channels: (n,)."""
    from keras import ops

    away = ops.cast(images, "float32") - ops.cast(reconstructions, "float32")
    return ops.sum(ops.square(away), axis=(1, 2, 3))


def encoder(model: "keras.Model") -> "keras.Model":
    """Extract the encoder, sharing weights: from images to means and log variances."""
    import keras

    outputs = [model.get_layer(MEAN).output, model.get_layer(LOG_VARIANCE).output]
    return keras.Model(model.inputs, outputs, name="encoder")


def decoder(model: "keras.Model") -> "keras.Model":
    """Extract the decoder, sharing weights: from codes (n, latent_dim) to images."""
    import keras

    names = [layer.name for layer in model.layers]
    code = keras.Input(model.get_layer(CODE).output.shape[1:], name=CODE)
    x = code
    for layer in model.layers[names.index(CODE) + 1 :]:
        x = layer(x)
    return keras.Model(code, x, name="decoder")


def divergence(
    mean: NDArray[np.floating], log_variance: NDArray[np.floating]
) -> NDArray[np.float64]:
    """KL divergence of each unit's distribution from the standard normal, in nats.

    >>> divergence(np.array([[0.0, 2.0]]), np.array([[0.0, 0.0]]))
    array([[0., 2.]])

    Args:
        mean: (n, latent_dim).
        log_variance: (n, latent_dim).

    Returns:
        (n, latent_dim); the sum over units is the code's divergence.

    Source: Kingma and Welling (2014), appendix B.
    """
    mean, log_variance = mean.astype(np.float64), log_variance.astype(np.float64)
    return 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance)


def active_units(mean: NDArray[np.floating]) -> int:
    """Count the units whose mean has a variance over images above `ACTIVE`.

    Args:
        mean: (n, latent_dim), for many images.

    Source: Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders" (2016), section 5.2.
    """
    return int(np.sum(np.var(mean, axis=0) > ACTIVE))


@functools.cache
def _sampling() -> Any:
    """The layer that samples a code and adds the weighted divergence to the loss."""
    import keras
    from keras import ops

    class Sampling(keras.layers.Layer):
        def __init__(self, weight: float, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.weight = weight
            self.seed_generator = keras.random.SeedGenerator()
            self.tracker = keras.metrics.Mean(name="divergence_loss")

        def call(self, inputs: Any, training: bool = False) -> Any:
            mean, log_variance = inputs
            each = 0.5 * (mean**2 + ops.exp(log_variance) - 1 - log_variance)
            divergences = ops.sum(each, axis=1)
            self.add_loss(self.weight * ops.mean(divergences))
            self.tracker.update_state(divergences)
            if not training:
                return mean
            noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
            return mean + ops.exp(log_variance / 2) * noise

    return Sampling
