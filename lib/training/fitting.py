"""Train a compiled model, and apply it.

Images may be uint8 arrays, memory-mapped or not. They are scaled to [0, 1] batch by batch, with the
same result as `normalize`, so that 3 GB of images do not become 12 GB of floats.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib.data.scaling import normalize
from lib.training.recording import OnEpoch, Recorder

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

EVALUATION_BATCH = 500  # samples per step of `predict` and of validation, unless told otherwise
# Steps that TensorFlow makes in one call from Python, in trainings of many steps. A call takes
# 1 ms, where a step of a small network takes 15; tracing several steps takes 0.3 s more.
STEPS_PER_CALL = 16
MANY_STEPS = 500
Inputs = NDArray[np.floating] | NDArray[np.uint8]
RISING = ("accuracy", "score")
FALLING = ("loss", "error")


@dataclass(frozen=True)
class Fit:
    """What one call of `fit` measured.

    Attributes:
        curves: one value per epoch under names that put the split first: `train_loss`, `val_loss`,
            `train_accuracy` … Those of `train` are means over the epoch's batches, taken while
            the weights change and with dropout on; those of `val` are taken at the epoch's end.
        monitor: the curve by which epochs are compared.
        initial_epoch: epochs the model was already trained for.
        best_epoch: epoch with the best `monitor`, counted from 1, the first in case of a tie;
            None if there is no such curve. It is the epoch of the model's weights if `patience` was
            given; otherwise the weights are those of the last epoch.
        wall_time: seconds.
    """

    curves: Mapping[str, tuple[float, ...]]
    monitor: str
    initial_epoch: int
    best_epoch: int | None
    wall_time: float

    @property
    def epochs(self) -> int:
        """Epochs the model has been trained for, including those before this call."""
        return self.initial_epoch + len(self.curves["train_loss"])

    @property
    def best(self) -> dict[str, float]:
        """Value of every curve at the best epoch, by name."""
        if self.best_epoch is None:
            raise ValueError(f"Expected a curve named by monitor. Received: {self.monitor=}")
        at = self.best_epoch - 1 - self.initial_epoch
        return {name: curve[at] for name, curve in self.curves.items()}


def rises(metric: str) -> bool:
    """Whether a higher value of a metric is better, judging by its name.

    >>> rises("val_accuracy"), rises("val_reconstruction_error")
    (True, False)

    Raises:
        ValueError: the name ends with neither kind of word.
    """
    kind = metric.rpartition("_")[2]
    if kind not in RISING + FALLING:
        expected = ", ".join(RISING + FALLING)
        raise ValueError(f"Expected a metric whose name ends with {expected}. Received: {metric=}")
    return kind in RISING


def fit(  # noqa: PLR0913 - the arguments of Keras' own fit; an options class would only move them
    model: "keras.Model",
    x: Inputs,
    y: NDArray[np.generic],
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    validation: tuple[Inputs, NDArray[np.generic]] | None = None,
    monitor: str = "val_loss",
    patience: int | None = None,
    initial_epoch: int = 0,
    on_epoch: OnEpoch | None = None,
    evaluation_batch_size: int = EVALUATION_BATCH,
) -> Fit:
    """Train a compiled model in place.

    The order of the samples and the dropout depend only on `seed` and the epoch's number, so
    training resumed at `initial_epoch` continues as if it had not been interrupted.

    Args:
        model: compiled; its metrics name the curves.
        x: (n, ...) float32 inputs, or images (n, height, width[, channels]) uint8.
        y: (n, ...) targets: integer labels; for an autoencoder `x` itself, or images uint8.
        epochs: number of the last epoch, counted from 1, those before `initial_epoch` included.
        batch_size: samples per step; the last batch of an epoch may be smaller.
        seed: seed of the samples' order and of dropout; the initial weights follow `set_seed`.
        validation: (m, ...) inputs and targets.
        monitor: curve by which epochs are compared; see `rises`.
        patience: epochs without a better `monitor` after which training stops, at least 1. The
            weights of the best epoch are then restored. None trains to the end.
        initial_epoch: epochs already trained.
        on_epoch: called after each epoch with its number from 1, `epochs` and its metrics.
        evaluation_batch_size: samples per step of validation; see `predict`.

    Raises:
        ValueError: lengths differ, an input is not finite, or `monitor` does not exist.
        NotFiniteError: a loss or metric became NaN or infinite.
    """
    _check_samples(x, y, "x", "y")
    if validation is not None:
        _check_samples(*validation, "validation[0]", "validation[1]")
    if not 0 <= initial_epoch < epochs or batch_size < 1:
        raise ValueError(
            "Expected 0 <= initial_epoch < epochs and a batch of at least one sample. "
            f"Received: {initial_epoch=}, {epochs=}, {batch_size=}"
        )
    recorder = Recorder(initial_epoch, epochs, on_epoch, None if patience is None else monitor)
    shuffled, follow = _shuffled_batches(x, y, batch_size, seed)
    callbacks = [follow, _seeding(model, seed), recorder.callback()]
    if patience is not None:
        callbacks.append(_early_stopping(monitor, patience))
    if not model.optimizer.built:
        # Otherwise TensorFlow would build it in the first step, and trace that step a second time.
        model.optimizer.build(model.trainable_variables)
    _set_steps_per_call(model, math.ceil(len(x) / batch_size) * (epochs - initial_epoch))
    started = time.perf_counter()
    model.fit(
        shuffled,
        shuffle=False,  # they are shuffled already
        validation_data=None
        if validation is None
        else _batches(*validation, evaluation_batch_size),
        initial_epoch=initial_epoch,
        epochs=epochs,
        callbacks=callbacks,
        verbose=0,
    )
    wall_time = time.perf_counter() - started
    curves = {name: tuple(values) for name, values in recorder.curves.items()}
    best_epoch = initial_epoch + _best(curves[monitor], monitor) if monitor in curves else None
    return Fit(curves, monitor, initial_epoch, best_epoch, wall_time)


def predict(
    model: "keras.Model", x: Inputs, batch_size: int = EVALUATION_BATCH
) -> NDArray[np.float32]:
    """Apply a model without dropout, in fixed-size batches, so that equal inputs give equal bits.

    Args:
        model: a model with one output; need not be compiled.
        x: (n, ...) float32 inputs, or images uint8, n > 0.
        batch_size: samples per step. The outputs' last bits depend on it. A network with large
            feature maps needs less memory with fewer, and is faster while they fit in the cache.

    Returns:
        (n, ...) float32 outputs; class probabilities for a classifier.
    """
    starts = range(0, len(x), batch_size)
    batches = (_scaled(x[at : at + batch_size]) for at in starts)
    return np.concatenate([model.predict_on_batch(batch) for batch in batches])


def _seeding(model: "keras.Model", seed: int) -> "keras.callbacks.Callback":
    """Reseed dropout before each epoch, because its state is not saved with the weights."""
    import keras

    states = [one for one in model.variables if one.path.endswith("seed_generator_state")]

    def seed_layers(epoch: int, _: object) -> None:
        for layer, state in enumerate(states):
            state.assign(np.random.SeedSequence((seed, epoch, layer)).generate_state(2))

    return keras.callbacks.LambdaCallback(on_epoch_begin=seed_layers)


def _early_stopping(monitor: str, patience: int) -> "keras.callbacks.Callback":
    import keras

    if patience < 1:
        raise ValueError(f"Expected patience of at least one epoch. Received: {patience=}")
    return keras.callbacks.EarlyStopping(
        monitor=monitor.removeprefix("train_"),
        mode="max" if rises(monitor) else "min",
        patience=patience,
        restore_best_weights=True,
    )


def _best(curve: Sequence[float], metric: str) -> int:
    """Find the best epoch of a curve, from 1; the first in case of a tie, as in early stopping."""
    return curve.index(max(curve) if rises(metric) else min(curve)) + 1


def _check_samples(x: Inputs, y: NDArray[np.generic], *names: str) -> None:
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"Expected as many targets as inputs, at least one. "
            f"Received: len({names[0]})={len(x)}, len({names[1]})={len(y)}"
        )
    for name, values in zip(names, (x, y), strict=True):
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            at = int(np.argmin(np.isfinite(values.reshape(len(values), -1)).all(axis=1)))
            raise ValueError(f"Expected finite values. Received: {name}[{at}] with NaN or infinity")


def _set_steps_per_call(model: "keras.Model", steps: int) -> None:
    """Make several steps in each call from Python if tracing them costs less than it saves."""
    import tensorflow as tf

    many = steps >= MANY_STEPS and not tf.config.functions_run_eagerly()
    count = STEPS_PER_CALL if many else 1
    if model.steps_per_execution != count:
        model.steps_per_execution = count
        model.train_function = model.test_function = None  # they were traced for the other number


def _shuffled_batches(
    x: Inputs, y: NDArray[np.generic], batch_size: int, seed: int
) -> tuple["tf.data.Dataset", "keras.callbacks.Callback"]:
    """Yield an epoch's batches, in an order that a callback sets by the epoch's number."""
    import keras
    import tensorflow as tf

    epoch = tf.Variable(0, dtype=tf.int64, trainable=False)

    def order(_: "tf.Tensor") -> "tf.data.Dataset":
        seeds = tf.stack([tf.constant(seed, tf.int64), epoch])
        shuffled = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=seeds)
        return tf.data.Dataset.from_tensor_slices(shuffled).batch(batch_size)

    chosen = tf.data.Dataset.range(1).flat_map(order)
    batches = chosen.map(_samples(x, y)).prefetch(2)
    steps = math.ceil(len(x) / batch_size)
    counted = batches.apply(tf.data.experimental.assert_cardinality(steps))
    follow = keras.callbacks.LambdaCallback(on_epoch_begin=lambda at, _: epoch.assign(at))
    return _without_autotuning(counted), follow


def _batches(x: Inputs, y: NDArray[np.generic], batch_size: int) -> "tf.data.Dataset":
    import tensorflow as tf

    if not (_are_images(x) or _are_images(y)):
        batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
        return _without_autotuning(batches)
    chosen = tf.data.Dataset.range(len(x)).batch(batch_size)
    return _without_autotuning(chosen.map(_samples(x, y)).prefetch(2))


def _samples(
    x: Inputs, y: NDArray[np.generic]
) -> Callable[["tf.Tensor"], tuple["tf.Tensor", "tf.Tensor"]]:
    """Look up inputs and targets by index, each in its array's own type."""
    inputs = _lookup(x)
    if y is x:

        def both(chosen: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
            found = inputs(chosen)
            return found, found

        return both
    targets = _lookup(y)
    return lambda chosen: (inputs(chosen), targets(chosen))


def _lookup(values: NDArray[Any]) -> Callable[["tf.Tensor"], "tf.Tensor"]:
    import tensorflow as tf

    if not _are_images(values):
        held = tf.convert_to_tensor(values)
        return lambda chosen: tf.gather(held, chosen)
    shape = (None, *_scaled(values[:1]).shape[1:])

    def look_up(chosen: "tf.Tensor") -> "tf.Tensor":
        # With NumPy, because TensorFlow would first copy all images, and rounds differently.
        found = tf.numpy_function(
            lambda places: _scaled(values[places]), [chosen], tf.float32, stateful=False
        )
        return tf.ensure_shape(found, shape)

    return look_up


def _are_images(values: NDArray[Any]) -> bool:
    return values.dtype == np.uint8 and values.ndim in (3, 4)


def _scaled(values: NDArray[Any]) -> NDArray[Any]:
    return normalize(values) if _are_images(values) else values


def _without_autotuning(dataset: "tf.data.Dataset") -> "tf.data.Dataset":
    # Stopping tf.data's autotuning thread delays one `fit` in six by one to two seconds.
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)
