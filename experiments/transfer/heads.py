"""Heads: classifiers of cached features, trained in seconds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib import training
from lib.data.split import Labels
from lib.models import classifier
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

Features = NDArray[np.float32]


def build(features: int, *, layers: int, units: int, dropout: float, classes: int) -> "keras.Model":
    """Build a head, not compiled: hidden layers, if any, and one layer of class probabilities.

    Args:
        features: number of features.
        layers: hidden layers, 0 or more.
        units: units of each hidden layer.
        dropout: rate before each layer except the first hidden one.
        classes: number of classes.

    Raises:
        ValueError: a number is out of range.
    """
    if layers < 0 or units < 1 or not 0 <= dropout < 1:
        raise ValueError(
            f"Expected layers >= 0, units >= 1, 0 <= dropout < 1. "
            f"Received: {layers=}, {units=}, {dropout=}"
        )
    import keras
    from keras import layers as kinds

    head = keras.Sequential([keras.Input((features,))], name="head")
    for _ in range(layers):
        head.add(kinds.Dense(units, activation="relu"))
        head.add(kinds.Dropout(dropout))
    if not layers:
        head.add(kinds.Dropout(dropout))
    head.add(kinds.Dense(classes, activation="softmax", dtype="float32", name="probabilities"))
    return head


def train(
    x_train: Features,
    y_train: Labels,
    x_val: Features,
    y_val: Labels,
    *,
    settings: Mapping[str, Any],
    classes: int,
    batch_size: int,
    max_epochs: int,
    patience: int,
    seed: int,
) -> tuple["keras.Model", training.Fit]:
    """Train a head on features; EarlyStopping keeps the weights of the best epoch.

    Args:
        x_train: (n, features).
        y_train: (n,) labels.
        x_val: (m, features).
        y_val: (m,) labels.
        settings: `layers`, `units`, `dropout`, `learning_rate`.
        classes: number of classes.
        batch_size: samples per step.
        max_epochs: most epochs; EarlyStopping may end sooner.
        patience: epochs to wait for a better validation accuracy.
        seed: seeds the weights, dropout and the order of the samples.
    """
    training.set_seed(seed)
    head = build(
        x_train.shape[1],
        layers=settings["layers"],
        units=settings["units"],
        dropout=settings["dropout"],
        classes=classes,
    )
    classifier.compile_classifier(head, learning_rate=settings["learning_rate"])
    fitted = training.fit(
        head,
        np.asarray(x_train),
        y_train,
        epochs=max_epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(np.asarray(x_val), y_val),
        monitor="val_accuracy",
        patience=patience,
    )
    return head, fitted


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    features: Mapping[str, Mapping[str, Features]],
    y_train: Labels,
    y_val: Labels,
    units: int,
    classes: int,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Run one trial of the search: train a head.

    Args:
        values: `network`, `layers`, `dropout`, `learning_rate`.
        seed: see `train`.
        features: by network, its features of the parts `train` and `val`.
        y_train: labels.
        y_val: labels.
        units: units of each hidden layer.
        classes: number of classes.
        batch_size: samples per step.
        max_epochs: see `train`.
        patience: see `train`.
    """
    parts = features[values["network"]]
    _, fitted = train(
        parts["train"],
        y_train,
        parts["val"],
        y_val,
        settings={**values, "units": units},
        classes=classes,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
        seed=seed,
    )
    return Results(
        metrics={
            "best_val_accuracy": fitted.best["val_accuracy"],
            "best_epoch": fitted.best_epoch or 0,
        },
        curves=fitted.curves,
    )
