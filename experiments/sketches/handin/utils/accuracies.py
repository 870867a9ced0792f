"""Accuracy and loss of a classifier, measured in batches so that memory stays small.

This file imports none of our modules, because it is also handed in on its own.
"""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

BATCH = 500  # images scored at once; the last digits of the scores depend on it
TRAIN_SAMPLE = 4_000  # training images on which the training accuracy is approximated

Array = npt.NDArray[Any]


class Model(Protocol):
    """The part of a Keras model that is used here."""

    def predict_on_batch(self, x: Array) -> Array:
        """Score a batch: (n, height, width) to (n, classes)."""


def accuracy(y: Array, y_hat: Array) -> float:
    """Return the share of labels predicted correctly.

    Args:
        y: (n,) true labels, n > 0.
        y_hat: (n,) predicted labels.

    Returns:
        In [0, 1].

    Raises:
        ValueError: the shapes differ or there are no labels.

    >>> accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0]))
    0.75
    """
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    if y.ndim != 1 or y.shape != y_hat.shape or not y.size:
        raise ValueError(
            f"Expected as many predictions as labels, at least one. "
            f"Received: shapes {y.shape} and {y_hat.shape}"
        )
    return float(np.mean(y == y_hat))


def cross_entropy(logits: Array, labels: Array) -> float:
    """Average -log of the softmax at the label, in nats.

    Args:
        logits: (n, classes) scores before the softmax.
        labels: (n,) in [0, classes).

    >>> round(cross_entropy(np.zeros((2, 6)), np.array([0, 5])), 6)
    1.791759
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    of_label = shifted[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - of_label))


def predict_logits(model: Model, images: Array) -> npt.NDArray[np.float32]:
    """Score images, a batch at a time.

    Args:
        model: from pixels in [0, 255] to scores.
        images: (n, height, width) of any numeric type, n > 0.

    Returns:
        (n, classes) scores before the softmax.
    """
    starts = range(0, len(images), BATCH)
    return np.concatenate(
        [
            np.asarray(model.predict_on_batch(images[at : at + BATCH].astype(np.float32)))
            for at in starts
        ]
    )


def dev_acc_and_loss(model: Model, dev_data: Array, dev_labels: Array) -> tuple[float, float]:
    """Measure accuracy and mean cross-entropy on validation images.

    Args:
        model: see `predict_logits`.
        dev_data: (n, height, width).
        dev_labels: (n,) true labels.
    """
    logits = predict_logits(model, dev_data)
    return accuracy(dev_labels, logits.argmax(axis=1)), cross_entropy(logits, dev_labels)


def approx_train_acc_and_loss(
    model: Model, train_data: Array, train_labels: Array, seed: int = 0
) -> tuple[float, float]:
    """Measure accuracy and mean cross-entropy on some training images.

    Args:
        model: see `predict_logits`.
        train_data: (n, height, width).
        train_labels: (n,) true labels.
        seed: seeds the choice of 4,000 images, or of all if there are fewer.
    """
    size = min(TRAIN_SAMPLE, len(train_labels))
    chosen = np.random.default_rng(seed).choice(len(train_labels), size, replace=False)
    return dev_acc_and_loss(model, train_data[chosen], train_labels[chosen])
