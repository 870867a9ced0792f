"""The study's classifier: build it, and train it until EarlyStopping ends the training."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lib import training
from lib.data import Split, normalize
from lib.data.split import Images, Labels
from lib.models import classifier
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

DECAY = 0.9  # of the learning rate in an epoch


def build(
    *, dense_units: int, dropout: float, learning_rate: float, steps_per_epoch: int
) -> "keras.Model":
    """Build the classifier and compile it; its learning rate falls smoothly, see `DECAY`."""
    return classifier.compile_classifier(
        classifier.convolutional(dense_units=dense_units, dropout=dropout),
        learning_rate=learning_rate,
        decay=DECAY,
        steps_per_epoch=steps_per_epoch,
    )


def steps_per_epoch(labels: Labels, batch_size: int) -> int:
    """Count the batches of an epoch, the last of which may be smaller."""
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
    """Train one network until EarlyStopping ends it, as one trial or repetition.

    Args:
        values: `dense_units`, `learning_rate`, `dropout`.
        seed: of weights, dropout and the order of the samples.
        x_train: (n, 28, 28) uint8.
        y_train: (n,) labels.
        x_val: (m, 28, 28) uint8.
        y_val: (m,) labels.
        batch_size: samples a step.
        max_epochs: where it ends if EarlyStopping does not end it before.
        patience: epochs without a better validation accuracy.
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
    # The curve's training accuracy is taken with dropout on and in mid-epoch; this one is not.
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
    """Name what `evaluate` trains on and measures with."""
    return {
        "x_train": data.x_train,
        "y_train": data.y_train,
        "x_val": data.x_val,
        "y_val": data.y_val,
    }
