"""The autoencoder that the study encodes with: built, trained, written down, applied."""

import importlib.metadata
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray

from contract.names import DataSource
from lib import metrics, training
from lib.data import Split, denormalize, normalize
from lib.data.split import Images
from lib.models import autoencoder, description
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

WEIGHTS = "autoencoder.weights.h5"
RECIPE = "autoencoder.yaml"


def build(*, latent_features: int, width: int, learning_rate: float, steps: int) -> "keras.Model":
    """Build the autoencoder and compile it for as many steps."""
    return autoencoder.compile_autoencoder(
        autoencoder.convolutional(latent_features=latent_features, width=width),
        learning_rate=learning_rate,
        steps=steps,
    )


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
    training.set_seed(seed)
    model = build(**values, steps=epochs * math.ceil(len(x_train) / batch_size))
    images, unseen = normalize(x_train), normalize(x_val)
    fitted = training.fit(
        model,
        images,
        images,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(unseen, unseen),
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


def recipe(
    model: "keras.Model",
    whole: Split,
    settings: Mapping[str, Any],
    *,
    epochs: int,
    batch_size: int,
    seed: int,
) -> bytes:
    """Write down all that is needed to train the autoencoder again, or to rebuild it."""
    written = {
        "hyperparameters": dict(settings),
        "optimizer": {"name": "Adam", "learning_rate_schedule": "half a cosine, to nothing"},
        "loss": model.loss,
        "training": {
            "epochs": epochs,
            "batch_size": batch_size,
            "seed": seed,
            "samples": len(whole.y_train),
            "parts": "training and validation data together",
        },
        "data": {
            "name": "Fashion-MNIST" if whole.source == DataSource.REAL else "generated stand-in",
            "scaling": "grey levels divided by 255, to [0, 1]",
            "sha256": whole.sha256,
        },
        "weights": WEIGHTS,
        "architecture": description.model_config(model),
        "versions": {
            name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")
        },
    }
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True).encode()


def rebuild(trained: Results) -> "keras.Model":
    """Rebuild the autoencoder from its YAML and its weights.

    Args:
        trained: results of `encoding.final`.

    Raises:
        ValueError: the architecture holds code, which is never run.
    """
    model = description.model_from_config(yaml.safe_load(trained.files[RECIPE])["architecture"])
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
