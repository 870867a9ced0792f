"""Record the metrics of each epoch, and stop at the first one that is not finite."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

OnEpoch = Callable[[int, int, Mapping[str, float]], None]  # epoch from 1, epochs, metrics


class NotFiniteError(ArithmeticError):
    """A loss or metric became NaN or infinite; `epoch` and `step` count from 1.

    `step` is the last one of the call from Python in which that happened.
    """

    def __init__(self, name: str, value: float, epoch: int, step: int | None = None) -> None:
        where = f"epoch {epoch}" if step is None else f"epoch {epoch}, by step {step}"
        super().__init__(f"Expected a finite {name} at {where}. Received: {name}={value}")
        self.name, self.value, self.epoch, self.step = name, value, epoch, step

    def __reduce__(self) -> tuple[type, tuple[str, float, int, int | None]]:
        """Rebuild it from its four arguments, so that it can be passed out of a worker."""
        return type(self), (self.name, self.value, self.epoch, self.step)


@dataclass
class Recorder:
    """Collects curves under this project's names, with the split first.

    Attributes:
        initial_epoch: epochs already trained.
        epochs: number of the last epoch.
        on_epoch: called after each epoch.
        monitor: curve that must be among them, if any.
        curves: one value per epoch.
    """

    initial_epoch: int
    epochs: int
    on_epoch: OnEpoch | None = None
    monitor: str | None = None
    curves: dict[str, list[float]] = field(default_factory=dict)

    @property
    def running(self) -> int:
        """The current epoch, from 1."""
        return self.initial_epoch + max(map(len, self.curves.values()), default=0) + 1

    def callback(self) -> "keras.callbacks.Callback":
        """Create the Keras callback that checks each call's loss and records each epoch."""
        import keras

        recorder = self

        class Recording(keras.callbacks.Callback):
            def on_train_batch_end(self, batch: int, logs: Mapping[str, float]) -> None:
                # The epoch's mean so far: once a step's loss is not finite, neither is the mean.
                step = min(batch + 1, self.params["steps"])
                check_finite({"train_loss": float(logs["loss"])}, recorder.running, step)

            def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
                recorder.record(epoch + 1, logs)

        return Recording()

    def record(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Record an epoch's metrics.

        Raises:
            NotFiniteError: one of them is NaN or infinite.
            ValueError: `monitor` is not among them.
        """
        metrics = {
            name if name.startswith("val_") else f"train_{name}": float(value)
            for name, value in logs.items()
        }
        check_finite(metrics, epoch)
        if self.monitor is not None and self.monitor not in metrics:
            expected = ", ".join(sorted(metrics))
            raise ValueError(f"Expected one of {expected}. Received: monitor={self.monitor!r}")
        for name, value in metrics.items():
            self.curves.setdefault(name, []).append(value)
        if self.on_epoch is not None:
            self.on_epoch(epoch, self.epochs, metrics)


def check_finite(metrics: Mapping[str, float], epoch: int, step: int | None = None) -> None:
    """Raise an error if a metric is not finite.

    >>> check_finite({"train_loss": float("nan")}, epoch=2, step=7)
    Traceback (most recent call last):
        ...
    lib.training.recording.NotFiniteError: Expected a finite train_loss at epoch 2, by step 7.
    Received: train_loss=nan
    """
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise NotFiniteError(name, value, epoch, step)
