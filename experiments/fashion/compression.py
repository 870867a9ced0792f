"""The study's autoencoder: build, train, save and apply it."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.fashion.recipe import ModelFiles
from lib import metrics, training
from lib.data import Split, denormalize, normalize
from lib.data.split import Images
from lib.models import autoencoder
from lib.tracking import Results
from lib.tuning import Trial

if TYPE_CHECKING:
    import keras

IMAGE_SHAPE = (28, 28, 1)
POSITIONS = autoencoder.positions(IMAGE_SHAPE)  # rows and columns of the code
FILES = ModelFiles(recipe="autoencoder.yaml", weights="autoencoder.weights.h5")  # of the final one


def build(*, latent_features: int, width: int, learning_rate: float, steps: int) -> "keras.Model":
    """Build and compile the autoencoder; its learning rate decays to 0 along half a cosine."""
    model = autoencoder.convolutional(
        image_shape=IMAGE_SHAPE, latent_features=latent_features, width=width
    )
    return autoencoder.compile_autoencoder(model, learning_rate=learning_rate, steps=steps)


def train(
    images: NDArray[np.float32],
    *,
    latent_features: int,
    width: int,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    seed: int,
    unseen: NDArray[np.float32] | None = None,
    on_epoch: training.OnEpoch | None = None,
) -> tuple["keras.Model", training.Fit]:
    """Train an autoencoder to reconstruct images.

    Args:
        images: (n, 28, 28, 1) in [0, 1].
        latent_features: features at each of the code's positions.
        width: filters of the first convolution.
        learning_rate: initial learning rate.
        epochs: number of epochs.
        batch_size: samples per step.
        seed: seeds the weights and the order of the samples.
        unseen: (m, 28, 28, 1) in [0, 1], images to measure the error on after each epoch.
        on_epoch: called after each epoch, see `lib.training.fit`.
    """
    training.set_seed(seed)
    steps = epochs * math.ceil(len(images) / batch_size)
    model = build(
        latent_features=latent_features, width=width, learning_rate=learning_rate, steps=steps
    )
    fitted = training.fit(
        model,
        images,
        images,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        validation=None if unseen is None else (unseen, unseen),
        on_epoch=on_epoch,
    )
    return model, fitted


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    x_val: Images,
    batch_size: int,
    epochs: int,
    shown: tuple[int, ...],
) -> Results:
    """Run one trial: train an autoencoder for a fixed number of epochs, and measure it.

    Args:
        values: `latent_features`, `width`, `learning_rate`.
        seed: seeds the weights and the order of the samples.
        x_train: (n, 28, 28) uint8.
        x_val: (m, 28, 28) uint8.
        batch_size: samples per step.
        epochs: number of epochs.
        shown: positions of the validation images whose reconstructions are kept.

    Returns:
        Arrays `val_error` (m,), each image's mean squared error, and `reconstructions`
        (shown, 28, 28) uint8.
    """
    unseen = normalize(x_val)
    model, fitted = train(
        normalize(x_train),
        **values,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        unseen=unseen,
    )
    reconstructed = training.predict(model, unseen)
    errors = metrics.squared_errors(unseen, reconstructed)
    return Results(
        metrics={
            "val_reconstruction_error": float(errors.mean(dtype=np.float64)),
            "val_detail_kept": metrics.detail_kept(unseen, reconstructed),
            "parameters": model.count_params(),
        },
        curves=fitted.curves,
        arrays={
            "val_error": errors,
            "reconstructions": denormalize(reconstructed[list(shown)]),
        },
    )


def length(latent_features: int) -> int:
    """Count the numbers in a code.

    >>> length(20)
    320
    """
    return math.prod(POSITIONS) * latent_features


def error(trial: Trial) -> float:
    """Return the validation error of a trial of `evaluate`; infinite if it failed."""
    return math.inf if trial.results is None else trial.results.metrics["val_reconstruction_error"]


def files(
    model: "keras.Model", whole: Split, *, settings: Mapping[str, Any], **schedule: int
) -> dict[str, bytes]:
    """Write the files of a final autoencoder, including its training `schedule`."""
    optimizer = {"name": "Adam", "learning_rate_schedule": "half a cosine, to nothing"}
    return FILES.write(model, whole, settings=settings, optimizer=optimizer, schedule=schedule)


def encode(trained: Results, images: Images) -> NDArray[np.float32]:
    """Encode images.

    Args:
        trained: results of `encoding.final`.
        images: (n, 28, 28) uint8.

    Returns:
        Codes (n, 16 * latent_features) float32.
    """
    encoder = autoencoder.encoder(FILES.rebuild(trained))
    return training.predict(encoder, normalize(images)).reshape(len(images), -1)


def reconstruct(trained: Results, images: Images) -> NDArray[np.float32]:
    """Reconstruct images.

    Args:
        trained: results of `encoding.final`.
        images: (n, 28, 28) uint8.

    Returns:
        (n, 28, 28) float32 in [0, 1].
    """
    return training.predict(FILES.rebuild(trained), normalize(images))[..., 0]
