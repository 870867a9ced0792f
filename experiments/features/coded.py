"""Train the study's VAE, encode and decode with it, and compute the PCA baseline."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib import metrics, progress, training
from lib.data import denormalize, normalize
from lib.data.split import Images
from lib.models import variational
from lib.projection import pca
from lib.tracking import Results
from lib.training import Fit
from lib.training.fitting import EVALUATION_BATCH

if TYPE_CHECKING:
    import keras

WEIGHTS = "model.weights.h5"
LEARNING_RATE = 1.5e-3
COLLAPSED = 1.0  # nats: a code with less says next to nothing about its image
Codes = NDArray[np.float32]


@dataclass(frozen=True)
class Coding:
    """A VAE's size, and how long it is trained."""

    widths: tuple[int, ...]  # filters of the encoder's convolutions
    latent_dim: int
    epochs: int
    batch_size: int


@dataclass(frozen=True)
class Rebuilt:
    """Images rebuilt by PCA.

    Args:
        images: (n, side, side, 3) uint8.
        errors: (n,) mean squared error per pixel.
    """

    images: Images
    errors: NDArray[np.float32]


def train(
    x_train: Images, x_val: Images, *, coding: Coding, weight: float, seed: int, shown: bool = False
) -> tuple["keras.Model", Fit]:
    """Train a VAE on each image and its mirror image: faces have no preferred side.

    Args:
        x_train: (n, side, side, 3) uint8.
        x_val: (m, side, side, 3) uint8, for the curves.
        coding: size and training of the VAE.
        weight: weight of the divergence.
        seed: seeds the weights, codes and the order of the samples.
        shown: report each epoch.
    """
    training.set_seed(seed)
    model = variational.variational(
        side=x_train.shape[1], widths=coding.widths, latent_dim=coding.latent_dim, weight=weight
    )
    both = mirrored(x_train)
    steps = coding.epochs * math.ceil(len(both) / coding.batch_size)
    variational.compile_variational(model, learning_rate=LEARNING_RATE, steps=steps)
    fitted = training.fit(
        model,
        both,
        both,
        epochs=coding.epochs,
        batch_size=coding.batch_size,
        seed=seed,
        validation=(x_val, x_val),
        on_epoch=progress.epoch if shown else None,
    )
    return model, fitted


def mirrored(images: Images) -> Images:
    """Append the mirror images to the images: (2 n, side, side, 3) uint8."""
    return np.concatenate([images, images[:, :, ::-1]])


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    x_val: Images,
    coding: Mapping[str, Any],
    shown: int,
) -> Results:
    """Run one trial: train a VAE with one weight of the divergence.

    Args:
        values: `weight`.
        seed: see `train`.
        x_train: (n, side, side, 3) uint8.
        x_val: (m, side, side, 3) uint8.
        coding: fields of `Coding`.
        shown: number of first validation images whose reconstructions are kept.
    """
    model, fitted = train(
        x_train, x_val, coding=Coding(**coding), weight=values["weight"], seed=seed
    )
    mean, log_variance = encode(model, x_val)
    drawn = reconstruct(model, x_val)
    errors = metrics.squared_errors(normalize(x_val), normalize(drawn))
    return Results(
        metrics={
            "val_pixel_error": float(errors.mean()),
            "val_summed_error": float(errors.mean() * x_val[0].size),
            "val_divergence": float(variational.divergence(mean, log_variance).sum(axis=1).mean()),
            "active_units": variational.active_units(mean),
        },
        curves=fitted.curves,
        arrays={"reconstructions": drawn[:shown]},
    )


def rebuild(trained: Results, coding: Coding, side: int) -> "keras.Model":
    """Rebuild a trained VAE from its weights; the weight of the divergence no longer matters."""
    model = variational.variational(
        side=side, widths=coding.widths, latent_dim=coding.latent_dim, weight=1.0
    )
    training.load_weights(model, trained.files[WEIGHTS])
    return model


def encode(model: "keras.Model", images: Images) -> tuple[Codes, Codes]:
    """Encode images into means and log variances of codes, (n, latent_dim) each."""
    encoder = variational.encoder(model)
    parts = [
        encoder.predict_on_batch(normalize(images[at : at + EVALUATION_BATCH]))
        for at in range(0, len(images), EVALUATION_BATCH)
    ]
    mean, log_variance = (np.concatenate(part) for part in zip(*parts, strict=True))
    return mean, log_variance


def decode(model: "keras.Model", codes: Codes) -> Images:
    """Decode codes (n, latent_dim) into images: (n, side, side, 3) uint8."""
    return denormalize(training.predict(variational.decoder(model), codes))


def reconstruct(model: "keras.Model", images: Images) -> Images:
    """Reconstruct images from the means of their codes: (n, side, side, 3) uint8."""
    return denormalize(training.predict(model, images))


def by_pca(x_train: Images, x: Images, components: int) -> Rebuilt:
    """Rebuild images by PCA fitted to the training images and their mirror images."""
    images = normalize(x)
    fitted_to = normalize(mirrored(x_train))  # a gigabyte in the full profile
    ((_, rebuilt),) = pca.reconstructions(fitted_to, images, [components], overwrite=True)
    return Rebuilt(denormalize(rebuilt), metrics.squared_errors(images, rebuilt))


def judge(side: int) -> "keras.Model":
    """Build the small classifier that scores faces, not compiled."""
    from lib.models.classifier import convolutional

    return convolutional(
        filters=(16, 32, 32),
        convolutions=(1, 1, 1),
        dense_units=32,
        image_shape=(side, side, 3),
        classes=2,
    )
