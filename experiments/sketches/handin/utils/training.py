"""Train a classifier for a number of steps, and measure it along the way.

Images stay uint8 in memory: a batch becomes float32 when it is used.
"""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .accuracies import approx_train_acc_and_loss, dev_acc_and_loss
from .datasets import Labelled

if TYPE_CHECKING:
    import keras

EVALUATE_EVERY = 100  # steps

Array = npt.NDArray[Any]
Distort = Callable[[Array, np.random.Generator], Array]


class Evaluation(NamedTuple):
    """What was measured after a step, without dropout.

    Attributes:
        step: steps taken.
        train_loss: mean cross-entropy on 4,000 training images, nats.
        train_acc: share of them classified right.
        dev_loss: mean cross-entropy on the validation images.
        dev_acc: share of them classified right.
    """

    step: int
    train_loss: float
    train_acc: float
    dev_loss: float
    dev_acc: float


def train(
    model: "keras.Model",
    data: Labelled,
    dev: Labelled,
    *,
    learning_rate: float,
    batch_size: int,
    steps: int,
    seed: int,
    cosine: bool = False,
    distort: Distort | None = None,
    evaluate_every: int = EVALUATE_EVERY,
    on_evaluation: Callable[[Evaluation], None] = lambda _: None,
) -> list[Evaluation]:
    """Train a model in place with Adam on the cross-entropy.

    Args:
        model: from pixels in [0, 255], (n, 28, 28), to scores; need not be compiled.
        data: training images and labels.
        dev: validation images and labels, only used for evaluation.
        learning_rate: Adam's learning rate.
        batch_size: images per step.
        steps: number of steps.
        seed: seeds the images' order and their distortions.
        cosine: let the learning rate fall to 0 along half a cosine; else it is constant.
        distort: changes the images of a batch, e.g. an `Augmentation`.
        evaluate_every: steps between two evaluations; there is one after the last step, too.
        on_evaluation: called with each evaluation as soon as it is done.

    Returns:
        The evaluations.

    Raises:
        ValueError: a batch is larger than the training set.
        FloatingPointError: the loss is not finite.
    """
    if batch_size > len(data.labels):
        raise ValueError(
            f"Expected batches of at most {len(data.labels)} images, all there are to learn from. "
            f"Received: batches of {batch_size}"
        )
    take_step = _stepper(model, _falling(learning_rate, steps) if cosine else learning_rate)
    generator = np.random.default_rng(seed)
    evaluations = []
    for step, chosen in enumerate(_batches(len(data.labels), batch_size, steps, generator), 1):
        images = data.images[chosen]
        if distort is not None:
            images = distort(images, generator)
        loss = take_step(images.astype(np.float32), data.labels[chosen])
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"Expected a finite loss. Received: {loss} at step {step}; lower the learning rate"
            )
        if step % evaluate_every == 0 or step == steps:
            evaluations.append(_evaluate(model, data, dev, step, seed))
            on_evaluation(evaluations[-1])
    return evaluations


def _evaluate(
    model: "keras.Model", data: Labelled, dev: Labelled, step: int, seed: int
) -> Evaluation:
    train_acc, train_loss = approx_train_acc_and_loss(model, *data, seed=seed)
    dev_acc, dev_loss = dev_acc_and_loss(model, *dev)
    return Evaluation(step, train_loss, train_acc, dev_loss, dev_acc)


def _batches(
    n: int, size: int, steps: int, generator: np.random.Generator
) -> Iterator[npt.NDArray[np.int64]]:
    """Draw batches without replacement, and start over when fewer than a batch are left."""
    order, at = generator.permutation(n), 0
    for _ in range(steps):
        if at + size > n:
            order, at = generator.permutation(n), 0
        yield order[at : at + size]
        at += size


def _falling(learning_rate: float, steps: int) -> "keras.optimizers.schedules.LearningRateSchedule":
    import keras

    return keras.optimizers.schedules.CosineDecay(learning_rate, steps)


def _stepper(model: "keras.Model", learning_rate: Any) -> Callable[[Array, Array], float]:
    """Make the function that takes one step and returns the loss before it."""
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, *model.input_shape[1:]], tf.float32),
            tf.TensorSpec([None], tf.int64),
        ]
    )
    def take_step(images: "tf.Tensor", labels: "tf.Tensor") -> "tf.Tensor":
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return lambda images, labels: float(take_step(images, labels))
