"""Weights as bytes, as kept in the store."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def weights_to_bytes(model: "keras.Model") -> bytes:
    """Write the weights as Keras' HDF5 file, `*.weights.h5`.

    The state of a compiled model's optimizer is included (for Adam, twice the weights), so that
    training resumed from the file gives the same result.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        model.save_weights(path)
        return path.read_bytes()


def load_weights(model: "keras.Model", content: bytes) -> None:
    """Load the output of `weights_to_bytes` into a model of the same architecture.

    Raises:
        ValueError: the weights belong to another architecture.
    """
    if model.compiled:
        model.optimizer.build(model.trainable_variables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        path.write_bytes(content)
        model.load_weights(path)
