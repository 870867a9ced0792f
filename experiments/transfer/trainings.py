"""One training on CIFAR-10: what the callback keeps, and what watching the test set would keep."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.transfer import architectures
from lib import metrics, training
from lib.data import Split
from lib.data.split import Images, Labels
from lib.models import classifier
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

LAST_RATE = 0.03  # share of the learning rate left after the last epoch
WEIGHTS = "model.weights.h5"
MOST_SEEN = 10_000  # training images that the kept model's training accuracy is measured on


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    data: Split,
    filters: Sequence[int],
    dropout: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Train one network; EarlyStopping keeps the weights that are best on the validation images.

    Args:
        values: `network` and `learning_rate`.
        seed: seeds the weights, dropout, mirroring and the order of the samples.
        data: the test images, if any, are only used to measure after each epoch.
        filters: see `architectures.build`.
        dropout: see `architectures.build`.
        batch_size: samples per step.
        max_epochs: most epochs; EarlyStopping may end sooner.
        patience: epochs to wait for a better validation accuracy.
    """
    training.set_seed(seed)
    model = architectures.build(
        values["network"],
        filters=filters,
        dropout=dropout,
        image_shape=data.x_train.shape[1:],
        classes=len(data.class_names),
    )
    classifier.compile_classifier(
        model,
        learning_rate=values["learning_rate"],
        decay=LAST_RATE ** (1 / max_epochs),
        steps_per_epoch=math.ceil(len(data.x_train) / batch_size),
    )
    watch = _Watch(model, data.x_test, data.y_test)
    fitted = training.fit(
        model,
        data.x_train,
        data.y_train,
        epochs=max_epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(data.x_val, data.y_val),
        monitor="val_accuracy",
        patience=patience,
        on_epoch=watch,
    )
    measured = _measured(model, data, fitted, watch)
    if not len(data.y_test):
        return Results(metrics=measured, curves=fitted.curves)
    y_pred = training.predict(model, data.x_test).argmax(axis=1)
    tested = {
        "test_accuracy": metrics.accuracy(data.y_test, y_pred),
        "watched_test_accuracy": max(watch.accuracies),
        "watched_epoch": watch.accuracies.index(max(watch.accuracies)) + 1,
    }
    return Results(
        metrics={**measured, **tested},
        curves={**fitted.curves, "test_accuracy_by_epoch": watch.accuracies},
        arrays={"y_pred": y_pred},
        files={WEIGHTS: _bare_weights(model)},
    )


def _measured(
    model: "keras.Model", data: Split, fitted: training.Fit, watch: "_Watch"
) -> dict[str, float]:
    """Measure a training, without the test images: how good the kept model is, and its costs."""
    seen = slice(MOST_SEEN)
    y_seen = training.predict(model, data.x_train[seen]).argmax(axis=1)
    return {
        "best_val_accuracy": fitted.best["val_accuracy"],
        "best_epoch": fitted.best_epoch or 0,
        "train_accuracy_kept": metrics.accuracy(data.y_train[seen], y_seen),
        "seconds_per_epoch": (fitted.wall_time - watch.seconds) / fitted.epochs,
        "parameters": model.count_params(),
    }


class _Watch:
    """Measures test accuracy after each epoch, and the seconds that this takes."""

    def __init__(self, model: "keras.Model", x_test: Images, y_test: Labels) -> None:
        self._model, self._x, self._y = model, x_test, y_test
        self.accuracies: list[float] = []
        self.seconds = 0.0

    def __call__(self, _epoch: int, _epochs: int, _metrics: Mapping[str, float]) -> None:
        if not len(self._y):
            return
        started = time.perf_counter()
        y_pred = training.predict(self._model, self._x).argmax(axis=1)
        self.accuracies.append(float(np.mean(y_pred == self._y)))
        self.seconds += time.perf_counter() - started


def _bare_weights(model: "keras.Model") -> bytes:
    """Write the weights without the optimizer's state, which is twice as large."""
    import keras

    return training.weights_to_bytes(keras.Model(model.inputs, model.outputs, name=model.name))
