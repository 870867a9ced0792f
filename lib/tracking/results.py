"""The results of a stage, as returned or as read back from the store."""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from contract.definitions import PARSING

if TYPE_CHECKING:
    import keras
    import pandas as pd
    from matplotlib.figure import Figure

    from lib.tracking.runs.models import Packed

Scalar = str | int | float | bool
Value = TypeVar("Value")


class Lazy(Mapping[str, Value], Generic[Value]):
    """A mapping whose values are read once, on first access."""

    def __init__(self, names: Sequence[str], read: Callable[[str], Value]) -> None:
        self._names = tuple(names)
        self._read = read
        self._known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type, tuple[dict[str, Value]]]:
        """Read everything, so that a worker process gets it as a plain mapping."""
        return dict, (dict(self),)


@dataclass(frozen=True)
class Results:
    """The results of a stage or a trial.

    Args:
        metrics: one finite number per name; the split first (`val_accuracy`).
        curves: one finite number per epoch, by name (`train_loss`).
        params: settings that the stage chose, in addition to those it was called with.
        tables: written as CSV without their index.
        arrays: any dtype but object.
        files: contents by file name, extension included (`final.yaml`, `model.weights.h5`).
        figures: figures at print width, or SVG drawn by another program. Not read back.
        models: functional or sequential Keras models, to be loaded from MLflow. Not read back.
        run_id: the run that holds these results; empty before they are written.
        computation: hash of everything that determined them; empty before they are written.

    Raises:
        ValueError: a metric or a point of a curve is not finite, or two kinds share a name.
    """

    metrics: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    params: Mapping[str, Scalar] = field(default_factory=dict)
    tables: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    figures: "Mapping[str, Figure | bytes]" = field(default_factory=dict)
    models: "Mapping[str, keras.Model | Packed]" = field(default_factory=dict)
    run_id: str = ""
    computation: str = ""

    def __post_init__(self) -> None:
        if self.run_id:
            return  # read from the store: checked when it was written
        for name, value in self.metrics.items():
            if not math.isfinite(value):
                raise ValueError(f"Expected a finite metric. Received: {name}={value}")
        for name, points in self.curves.items():
            for epoch, value in enumerate(points, start=1):
                if not math.isfinite(value):
                    raise ValueError(
                        f"Expected a finite curve. Received: {name}={value} at epoch {epoch}"
                    )
        shared = set(self.metrics) & set(self.curves)
        if shared:
            raise ValueError(f"Expected distinct metrics and curves. Received both: {shared}")


def param_text(value: Scalar) -> str:
    """Format a parameter so that `param_value` reads back the same value of the same type.

    >>> [param_text(value) for value in ("relu", "64", 64, 1e-3, True)]
    ['relu', "'64'", '64', '0.001', 'True']
    """
    if isinstance(value, str) and param_value(value) == value:
        return value
    return repr(value)


def param_value(text: str) -> Scalar:
    """Read a parameter back from its text.

    >>> [param_value(text) for text in ("relu", "'64'", "64", "0.001", "True")]
    ['relu', '64', 64, 0.001, True]
    """
    try:
        with PARSING:
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):  # not a literal: a string
        return text
    return value if isinstance(value, str | int | float | bool) else text
