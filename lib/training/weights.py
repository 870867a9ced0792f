"""Weights as bytes, the way they are kept in the store."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def weights_to_bytes(model: "keras.Model") -> bytes:
    """Write the weights as Keras' HDF5 file, `*.weights.h5`.

    A compiled model's optimizer comes along (twice the weights, for Adam), so that training taken
    up from the file goes on as if it had never stopped.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        model.save_weights(path)
        return path.read_bytes()


def load_weights(model: "keras.Model", content: bytes) -> None:
    """Put what `weights_to_bytes` wrote into a model of the same architecture.

    Raises:
        ValueError: the weights are those of another architecture.
    """
    if model.compiled:
        model.optimizer.build(model.trainable_variables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        path.write_bytes(content)
        model.load_weights(path)
