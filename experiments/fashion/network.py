"""The study's classifier: build, train, save and check it."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.fashion.recipe import ModelFiles
from lib import progress, training
from lib.data import Split, normalize
from lib.data.split import Images, Labels
from lib.models import classifier
from lib.tracking import Results, StageError

if TYPE_CHECKING:
    import keras

DECAY = 0.9  # factor on the learning rate per epoch
FILES = ModelFiles(recipe="final.yaml", weights="model.weights.h5")  # of the final model


def build(
    *, dense_units: int, dropout: float, learning_rate: float, steps_per_epoch: int
) -> "keras.Model":
    """Build and compile the classifier; its learning rate decays smoothly, see `DECAY`."""
    return classifier.compile_classifier(
        classifier.convolutional(dense_units=dense_units, dropout=dropout),
        learning_rate=learning_rate,
        decay=DECAY,
        steps_per_epoch=steps_per_epoch,
    )


def steps_per_epoch(labels: Labels, batch_size: int) -> int:
    """Count the batches of an epoch, including a smaller last one."""
    return math.ceil(len(labels) / batch_size)


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    y_train: Labels,
    x_val: Images,
    y_val: Labels,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Run one trial or repetition: train a network until EarlyStopping ends it.

    Args:
        values: `dense_units`, `learning_rate`, `dropout`.
        seed: seeds the weights, dropout and the order of the samples.
        x_train: (n, 28, 28) uint8.
        y_train: (n,) labels.
        x_val: (m, 28, 28) uint8.
        y_val: (m,) labels.
        batch_size: samples per step.
        max_epochs: maximum number of epochs.
        patience: epochs to wait for a better validation accuracy.
    """
    training.set_seed(seed)
    model = build(**values, steps_per_epoch=steps_per_epoch(y_train, batch_size))
    x_scaled = normalize(x_train)
    fitted = training.fit(
        model,
        x_scaled,
        y_train,
        epochs=max_epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(normalize(x_val), y_val),
        monitor="val_accuracy",
        patience=patience,
    )
    # The curve's training accuracy is measured during the epoch, with dropout; this one is not.
    seen = slice(len(x_val))
    y_pred = training.predict(model, x_scaled[seen]).argmax(axis=1)
    return Results(
        metrics={
            "best_val_accuracy": fitted.best["val_accuracy"],
            "best_val_loss": fitted.best["val_loss"],
            "train_accuracy_without_dropout": float(np.mean(y_pred == y_train[seen])),
            "best_epoch": fitted.best_epoch or 0,
        },
        curves=fitted.curves,
    )


def training_parts(data: Split) -> dict[str, Any]:
    """Collect the training and validation data as arguments of `evaluate`."""
    return {
        "x_train": data.x_train,
        "y_train": data.y_train,
        "x_val": data.x_val,
        "y_val": data.y_val,
    }


def train(
    whole: Split, *, settings: Mapping[str, Any], epochs: int, batch_size: int, seed: int
) -> tuple["keras.Model", training.Fit]:
    """Train a network on all training data for a fixed number of epochs.

    Args:
        whole: data whose training part includes the validation data.
        settings: `dense_units`, `learning_rate`, `dropout`.
        epochs: number of epochs.
        batch_size: samples per step.
        seed: seeds the weights, dropout and the order of the samples.
    """
    training.set_seed(seed)
    model = build(**settings, steps_per_epoch=steps_per_epoch(whole.y_train, batch_size))
    fitted = training.fit(
        model,
        normalize(whole.x_train),
        whole.y_train,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        on_epoch=progress.epoch,
    )
    return model, fitted


def files(
    model: "keras.Model", whole: Split, *, settings: Mapping[str, Any], **schedule: int
) -> dict[str, bytes]:
    """Write the files of a final network, including its training `schedule`."""
    rate = {"learning_rate": settings["learning_rate"], "learning_rate_decay_per_epoch": DECAY}
    chosen_by = "median best epoch of the repetitions under EarlyStopping"
    return FILES.write(
        model,
        whole,
        settings=settings,
        optimizer={"name": "Adam", **rate},
        schedule={"metric": "accuracy", **schedule, "epochs_chosen_by": chosen_by},
    )


def check_labels(y_pred: NDArray[np.int64], trained: Results) -> None:
    """Check that a rebuilt network makes the same predictions as in its test.

    Args:
        y_pred: (n_test,) its predictions.
        trained: results of `classification.final`.

    Raises:
        StageError: a label differs.
    """
    others = int(np.sum(y_pred != trained.arrays["y_test_pred"]))
    if others:
        raise StageError(
            "Expected the rebuilt classifier to make the same predictions as in its test. "
            f"Received: {others} of {len(y_pred)} differ"
        )
