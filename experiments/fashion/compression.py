"""The autoencoder that the study encodes with: built, trained, written down, rebuilt, applied."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.fashion import recipe
from lib import metrics, training
from lib.data import Split, denormalize, normalize
from lib.data.split import Images
from lib.models import autoencoder, description
from lib.tracking import Results, StageError
from lib.tuning import Trial

if TYPE_CHECKING:
    import keras

WEIGHTS = "autoencoder.weights.h5"
RECIPE = "autoencoder.yaml"


def build(*, latent_features: int, width: int, learning_rate: float, steps: int) -> "keras.Model":
    """Build the autoencoder and compile it; its rate falls along half a cosine, to nothing."""
    return autoencoder.compile_autoencoder(
        autoencoder.convolutional(latent_features=latent_features, width=width),
        learning_rate=learning_rate,
        steps=steps,
    )


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
        latent_features: at each of the code's positions.
        width: filters of the first convolution.
        learning_rate: at the first step.
        epochs: how many.
        batch_size: samples a step.
        seed: of weights and the order of the samples.
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
    """Train one autoencoder for a number of epochs, as one trial or one size of the code.

    Args:
        values: `latent_features`, `width`, `learning_rate`.
        seed: of weights and the order of the samples.
        x_train: (n, 28, 28) uint8.
        x_val: (m, 28, 28) uint8.
        batch_size: samples a step.
        epochs: how many.
        shown: validation images whose reconstructions are kept.

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


def error(trial: Trial) -> float:
    """Validation error of a trial of `evaluate`; infinite where it failed."""
    return math.inf if trial.results is None else trial.results.metrics["val_reconstruction_error"]


def array(trial: Trial, name: str) -> NDArray[Any]:
    """Array of a trial of `evaluate`.

    Raises:
        StageError: it failed.
    """
    if trial.results is None:
        raise StageError(f"Expected all sizes to finish. Received: {trial}: {trial.failure}")
    return trial.results.arrays[name]


def files(
    model: "keras.Model",
    whole: Split,
    *,
    settings: Mapping[str, Any],
    epochs: int,
    batch_size: int,
    seed: int,
) -> dict[str, bytes]:
    """Write down a final autoencoder: its architecture, weights and recipe."""
    return {
        "summary.txt": description.architecture(model).encode(),
        WEIGHTS: training.weights_to_bytes(model),
        RECIPE: recipe.recipe(
            model,
            whole,
            settings=settings,
            optimizer={"name": "Adam", "learning_rate_schedule": "half a cosine, to nothing"},
            schedule={"epochs": epochs, "batch_size": batch_size, "seed": seed},
            weights=WEIGHTS,
        ),
    }


def rebuild(trained: Results) -> "keras.Model":
    """Rebuild the autoencoder from its recipe and its weights.

    Args:
        trained: results of `encoding.final`.

    Raises:
        ValueError: the architecture contains code, which is never run.
    """
    model = recipe.rebuild(trained.files[RECIPE])
    training.load_weights(model, trained.files[WEIGHTS])
    return model


def encode(trained: Results, images: Images) -> NDArray[np.float32]:
    """Encode images.

    Args:
        trained: results of `encoding.final`.
        images: (n, 28, 28) uint8.

    Returns:
        Codes (n, 16 * latent_features) float32.
    """
    encoder = autoencoder.encoder(rebuild(trained))
    return training.predict(encoder, normalize(images)).reshape(len(images), -1)


def reconstruct(trained: Results, images: Images) -> NDArray[np.float32]:
    """Encode images and decode them again.

    Args:
        trained: results of `encoding.final`.
        images: (n, 28, 28) uint8.

    Returns:
        (n, 28, 28) float32 in [0, 1].
    """
    return training.predict(rebuild(trained), normalize(images))[..., 0]
