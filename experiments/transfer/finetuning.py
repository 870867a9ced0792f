"""Train on photographs: the head alone, the last blocks too, or the same network from scratch."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.transfer import borrowed, heads
from experiments.transfer.borrowed import Borrowed
from lib import metrics, training
from lib.data import Split
from lib.data.split import Images, Labels
from lib.data.stratified import sample_each_class
from lib.models import classifier
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

FROZEN, FINE_TUNED, RANDOM = "frozen", "fine-tuned", "random weights"
# Fewer photographs get more epochs, at most this many times as many.
MOST_TIMES = 2
HEAD_MOST_TIMES = 10  # a head trains in seconds


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long networks are trained, and with which batch sizes.

    Args:
        batch_size: photographs per step of fine-tuning.
        random_batch_size: photographs per step of the network with random weights. All its layers
            keep their feature maps for the gradients: 40 MB a photograph of 160 pixels.
        max_epochs: epochs on all photographs; fewer photographs get more, see `times_for`.
        patience: epochs to wait for a better validation accuracy.
        head_batch_size: feature vectors per step.
        head_epochs: a head's epochs on the features of all photographs; fewer get more.
        head_patience: patience for a head.
        random_rate: learning rate of the network with random weights.
    """

    batch_size: int
    random_batch_size: int
    max_epochs: int
    patience: int
    head_batch_size: int
    head_epochs: int
    head_patience: int
    random_rate: float


@dataclass(frozen=True)
class Photographs:
    """What a training sees: photographs, labels, and the photographs' cached features."""

    x: Images
    y: Labels
    features: NDArray[np.float32]

    def drawn(self, images_per_class: int, classes: int, seed: int) -> "Photographs":
        """Draw as many photographs of each class; all of them, uncopied, if the number is 0."""
        if not images_per_class:
            return self
        at = np.sort(sample_each_class(self.y, classes, images_per_class, seed).ravel())
        return Photographs(self.x[at], self.y[at], np.asarray(self.features[at]))


def train_head(
    train: Photographs,
    val: Photographs,
    *,
    settings: Mapping[str, Any],
    classes: int,
    schedule: Schedule,
    seed: int,
    times: int = 1,
) -> "keras.Model":
    """Train a head on the cached features, for `times` times the schedule's epochs."""
    head, _ = heads.train(
        train.features,
        train.y,
        val.features,
        val.y,
        settings=settings,
        classes=classes,
        batch_size=schedule.head_batch_size,
        max_epochs=times * schedule.head_epochs,
        patience=times * schedule.head_patience,
        seed=seed,
    )
    return head


def fine_tune(
    head: "keras.Model",
    network: Borrowed,
    train: Photographs,
    val: Photographs,
    *,
    blocks: int,
    learning_rate: float,
    schedule: Schedule,
    epochs: int,
    seed: int,
) -> tuple["keras.Model", training.Fit]:
    """Attach a trained head to its network, and fine-tune the last blocks at a low learning rate.

    The model is compiled after the blocks are made trainable, and batch normalisation keeps the
    statistics it came with; see `borrowed.unfreeze`.
    """
    model = borrowed.classifier(network, head, train.x.shape[1])
    borrowed.unfreeze(network, blocks)
    classifier.compile_classifier(model, learning_rate=learning_rate)
    return model, _fit(
        model, train, val, schedule.batch_size, schedule.patience, epochs=epochs, seed=seed
    )


def train_all(
    head: "keras.Model",
    network: Borrowed,
    train: Photographs,
    val: Photographs,
    *,
    schedule: Schedule,
    epochs: int,
    seed: int,
) -> tuple["keras.Model", training.Fit]:
    """Train all layers of a network with random weights, head included."""
    model = borrowed.classifier(network, head, train.x.shape[1])
    classifier.compile_classifier(model, learning_rate=schedule.random_rate)
    return model, _fit(
        model, train, val, schedule.random_batch_size, schedule.patience, epochs=epochs, seed=seed
    )


def times_for(images: int, of: int, most: int) -> int:
    """Compute the factor on the epochs that gives fewer photographs enough steps.

    >>> times_for(50, 100, most=10)
    2
    """
    return min(most, math.ceil(of / images))


def evaluate_rates(
    values: Mapping[str, Any],
    *,
    seed: int,
    network: str,
    size: int,
    settings: Mapping[str, Any],
    schedule: Schedule,
    data: Split,
    features: Mapping[str, NDArray[np.float32]],
) -> Results:
    """Run one trial: fine-tune a number of blocks at one learning rate.

    Args:
        values: `blocks` and `learning_rate`.
        seed: seeds the head's weights and the order of the photographs.
        network: one of `borrowed.NETWORKS`.
        size: height and width that photographs are enlarged to, pixels.
        settings: settings of the head.
        schedule: epochs, batch sizes and patience.
        data: photographs (n, side, side, 3).
        features: the network's features of the parts `train` and `val`.
    """
    train = Photographs(data.x_train, data.y_train, features["train"])
    val = Photographs(data.x_val, data.y_val, features["val"])
    classes = len(data.class_names)
    head = train_head(train, val, settings=settings, classes=classes, schedule=schedule, seed=seed)
    frozen = training.predict(head, np.asarray(val.features)).argmax(axis=1)
    _, fitted = fine_tune(
        head,
        borrowed.borrow(network, size),
        train,
        val,
        schedule=schedule,
        epochs=schedule.max_epochs,
        seed=seed,
        **values,
    )
    return Results(
        metrics={
            "best_val_accuracy": fitted.best["val_accuracy"],
            "best_epoch": fitted.best_epoch or 0,
            "frozen_val_accuracy": metrics.accuracy(data.y_val, frozen),
        },
        curves=fitted.curves,
    )


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    size: int,
    settings: Mapping[str, Mapping[str, Any]],
    blocks: int,
    learning_rate: float,
    schedule: Schedule,
    data: Split,
    features: Mapping[str, Mapping[str, NDArray[np.float32]]],
) -> Results:
    """Train by one method on some photographs of each class, and predict the test photographs.

    Args:
        values: `method` (`FROZEN`, `FINE_TUNED` or `RANDOM`), `head` (key of `settings`, which
            also name its network) and `images_per_class` (0 for all).
        seed: seeds the photographs drawn, the weights and the order.
        size: height and width that photographs are enlarged to, pixels.
        settings: for each head, `network`, `layers`, `units`, `dropout`, `learning_rate`.
        blocks: number of last blocks that fine-tuning trains.
        learning_rate: learning rate of fine-tuning.
        schedule: epochs, batch sizes and patience.
        data: photographs (n, side, side, 3); EarlyStopping uses the validation part.
        features: by network, its features of the parts `train`, `val` and `test`.
    """
    started = time.perf_counter()
    given = settings[values["head"]]
    parts = features[given["network"]]
    classes = len(data.class_names)
    every = Photographs(data.x_train, data.y_train, parts["train"])
    train = every.drawn(values["images_per_class"], classes, seed)
    val = Photographs(data.x_val, data.y_val, parts["val"])
    images, whole = len(train.y), len(every.y)
    settled: dict[str, Any] = {"settings": given, "classes": classes, "schedule": schedule}
    settled["times"] = times_for(images, whole, HEAD_MOST_TIMES)
    if values["method"] == FROZEN:
        head = train_head(train, val, seed=seed, **settled)
        y_score = training.predict(head, np.asarray(parts["test"]))
        judged = training.predict(head, np.asarray(val.features))
    else:
        model = _trained(
            train,
            val,
            pretrained=values["method"] == FINE_TUNED,
            size=size,
            blocks=blocks,
            learning_rate=learning_rate,
            epochs=schedule.max_epochs * times_for(images, whole, MOST_TIMES),
            seed=seed,
            **settled,
        )
        y_score, judged = (
            training.predict(model, x, borrowed.BATCH_SIZE) for x in (data.x_test, data.x_val)
        )
    return Results(
        metrics={
            "val_accuracy": metrics.accuracy(data.y_val, judged.argmax(axis=1)),
            "train_samples": images,
            "seconds": time.perf_counter() - started,
        },
        arrays={"y_pred": y_score.argmax(axis=1)},
    )


def _trained(
    train: Photographs,
    val: Photographs,
    *,
    pretrained: bool,
    settings: Mapping[str, Any],
    classes: int,
    size: int,
    blocks: int,
    learning_rate: float,
    schedule: Schedule,
    times: int,
    epochs: int,
    seed: int,
) -> "keras.Model":
    """Fine-tune a network under an already trained head, or train it all from random weights.

    From random weights, hidden layers and dropout would keep the network from learning: with two of
    them it stayed at chance for four epochs on 3,000 photographs, without any it did not.
    """
    going: dict[str, Any] = {"schedule": schedule, "epochs": epochs, "seed": seed}
    if pretrained:
        head = train_head(
            train,
            val,
            settings=settings,
            classes=classes,
            schedule=schedule,
            seed=seed,
            times=times,
        )
        network = borrowed.borrow(settings["network"], size)
        return fine_tune(
            head, network, train, val, blocks=blocks, learning_rate=learning_rate, **going
        )[0]
    training.set_seed(seed)
    features, units = train.features.shape[1], settings["units"]
    head = heads.build(features, layers=0, units=units, dropout=0.0, classes=classes)
    network = borrowed.borrow(settings["network"], size, pretrained=False)
    return train_all(head, network, train, val, **going)[0]


def _fit(
    model: "keras.Model",
    train: Photographs,
    val: Photographs,
    batch_size: int,
    patience: int,
    *,
    epochs: int,
    seed: int,
) -> training.Fit:
    return training.fit(
        model,
        train.x,
        train.y,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(val.x, val.y),
        monitor="val_accuracy",
        patience=patience,
        evaluation_batch_size=borrowed.BATCH_SIZE,
    )
