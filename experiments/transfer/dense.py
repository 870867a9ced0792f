"""The shallow dense autoencoder: one hidden layer, whose outputs are the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib import metrics, training
from lib.data.split import Images
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

BYTES = 4  # per number: weights and codes are kept as float32


@dataclass(frozen=True)
class Models:
    """Three models that share their layers.

    Attributes:
        autoencoder: from images to reconstructions, both (n, pixels) in [0, 1]; compiled.
        encoder: from images to codes, (n, length), non-negative.
        decoder: from codes to reconstructions.
    """

    autoencoder: "keras.Model"
    encoder: "keras.Model"
    decoder: "keras.Model"


def build(pixels: int, length: int, learning_rate: float) -> Models:
    """Build the three models; seed first with `lib.training.set_seed`.

    Args:
        pixels: pixels per image.
        length: numbers in a code.
        learning_rate: Adam's learning rate; the loss is the mean squared error.

    Raises:
        ValueError: a size is below 1, or the learning rate is not above 0.
    """
    if min(pixels, length) < 1 or learning_rate <= 0:
        raise ValueError(
            f"Expected numbers from 1 and a rate above 0. "
            f"Received: {pixels=}, {length=}, {learning_rate=}"
        )
    import keras
    from keras import layers

    image = keras.Input((pixels,), name="image")
    coded = layers.Dense(length, activation="relu", name="code")(image)
    code = keras.Input((length,), name="code_in")
    drawn = layers.Dense(pixels, activation="sigmoid", dtype="float32", name="reconstruction")(code)
    encoder = keras.Model(image, coded, name="encoder")
    decoder = keras.Model(code, drawn, name="decoder")
    autoencoder = keras.Model(image, decoder(encoder(image)), name="autoencoder")
    autoencoder.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="mean_squared_error",
        jit_compile=False,  # XLA is slower here on a CPU
    )
    return Models(autoencoder, encoder, decoder)


def flat(images: Images) -> NDArray[np.float32]:
    """Scale images to [0, 1] and flatten each: (n, pixels) float32."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def fit(
    models: Models,
    x_train: NDArray[np.float32],
    x_val: NDArray[np.float32],
    *,
    batch_size: int,
    max_epochs: int,
    patience: int,
    seed: int,
    on_epoch: training.OnEpoch | None = None,
) -> training.Fit:
    """Train the autoencoder; EarlyStopping keeps the epoch with the lowest validation loss."""
    return training.fit(
        models.autoencoder,
        x_train,
        x_train,
        epochs=max_epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(x_val, x_val),
        patience=patience,
        on_epoch=on_epoch,
    )


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    x_val: Images,
    learning_rate: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Run one trial: train an autoencoder with one code length.

    Args:
        values: `length`.
        seed: seeds the weights and the order of the samples.
        x_train: (n, 28, 28) uint8.
        x_val: (m, 28, 28) uint8.
        learning_rate: see `build`.
        batch_size: samples per step.
        max_epochs: most epochs; EarlyStopping may end sooner.
        patience: epochs to wait for a lower validation loss.
    """
    training.set_seed(seed)
    images, unseen = flat(x_train), flat(x_val)
    models = build(images.shape[1], values["length"], learning_rate)
    fitted = fit(
        models,
        images,
        unseen,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
        seed=seed,
    )
    errors = metrics.squared_errors(unseen, training.predict(models.autoencoder, unseen))
    codes = training.predict(models.encoder, images)
    return Results(
        metrics={
            "val_reconstruction_error": float(errors.mean(dtype=np.float64)),
            "dead_units": dead_units(codes),
            "best_epoch": fitted.best_epoch or 0,
            "parameters": models.autoencoder.count_params(),
        },
        curves=fitted.curves,
    )


def dead_units(codes: NDArray[np.float32]) -> int:
    """Count the units of a code that are 0 for every image.

    >>> dead_units(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))
    1
    """
    return int(np.sum(~codes.any(axis=0)))


def in_bytes(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round codes to 256 levels per unit, between 0 and the unit's largest value.

    >>> in_bytes(np.array([[0.0, 100.2], [510.0, 255.0]], dtype=np.float32)).tolist()
    [[0.0, 100.0], [510.0, 255.0]]
    """
    steps = np.maximum(codes.max(axis=0), np.finfo(np.float32).tiny) / np.float32(255)
    rounded: NDArray[np.float32] = (np.rint(codes / steps) * steps).astype(np.float32)
    return rounded


def weight_bytes(model: "keras.Model") -> int:
    """Count the bytes of a model's weights."""
    return int(model.count_params()) * BYTES
