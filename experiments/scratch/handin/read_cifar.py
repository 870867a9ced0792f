"""Read CIFAR-10's batches, and split them into training and test data.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009), and the page
https://www.cs.toronto.edu/~kriz/cifar.html, which describes the batches.
"""

import io
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
DATA_SIZE = 3 * 32 * 32  # red, green, then blue, each 32 rows of 32

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def read_cifar_batch(path: str) -> tuple[Floats, Labels]:
    """Read a single batch.

    Args:
        path: path of the batch.

    Returns:
        data: (batch_size, data_size) float32 in [0, 255].
        labels: (batch_size,) int64, one per row of data.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not a batch of CIFAR-10, or its pickle asks for more than arrays.
    """
    pixels, labels = _read_batch(Path(path))
    return pixels.astype(np.float32), labels


def read_cifar(path: str) -> tuple[Floats, Labels]:
    """Read all six batches, the test batch last.

    Args:
        path: path of the folder that holds them.

    Returns:
        data: (batch_size, data_size) float32 in [0, 255], 0.7 GB for the 60,000 images.
        labels: (batch_size,) int64, one per row of data.

    Raises:
        FileNotFoundError: a batch is missing.
        ValueError: a file is not a batch of CIFAR-10.
    """
    missing = [name for name in BATCHES if not (Path(path) / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"Expected six batches in {path}. Received: {', '.join(missing)} missing"
        )
    parts = [_read_batch(Path(path) / name) for name in BATCHES]
    data = np.empty((sum(len(pixels) for pixels, _ in parts), DATA_SIZE), dtype=np.float32)
    np.concatenate([pixels for pixels, _ in parts], out=data)
    return data, np.concatenate([labels for _, labels in parts])


def read_beside(program: str) -> tuple[Floats, Labels]:
    """Read all batches in `data/` beside a program; if one is missing, exit with a message.

    Args:
        program: path of its file.

    Returns:
        data, labels: see `read_cifar`.

    Raises:
        SystemExit: a batch is missing or wrong; exit code 1.
    """
    try:
        return read_cifar(str(Path(program).resolve().parent / "data" / "cifar-10-batches-py"))
    except (OSError, ValueError) as error:
        sys.exit(str(error))


def split_dataset(
    data: npt.NDArray[Any],
    labels: npt.NDArray[np.integer],
    split: float,
    seed: int | None = None,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Shuffle, then split into training and test data.

    Args:
        data: (n, ...) samples.
        labels: (n,) one per sample.
        split: share of the samples to train on, strictly between 0 and 1.
        seed: the same seed gives the same split; without one, each call gives a new one.

    Returns:
        data_train, labels_train, data_test, labels_test.

    Raises:
        ValueError: the lengths differ, or `split` is outside (0, 1) or leaves a part empty.
    """
    check_labels("labels", labels, len(data))
    if not 0 < split < 1:
        raise ValueError(f"Expected split between 0 and 1. Received: {split=}")
    n_train = round(split * len(data))
    if not 0 < n_train < len(data):
        raise ValueError(
            f"Expected samples in both parts. Received: {split=} of {len(data)} samples"
        )
    order = np.random.default_rng(seed).permutation(len(data))
    train, test = order[:n_train], order[n_train:]
    return data[train], labels[train], data[test], labels[test]


def check_labels(name: str, labels: npt.NDArray[Any], n: int) -> None:
    """Check that labels are integers from 0, one per sample.

    Args:
        name: their name in the error message.
        labels: labels to check.
        n: number of samples.

    Raises:
        ValueError: the labels are not of this form.
    """
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"Expected integers as {name}. Received: {name} of dtype={labels.dtype}")
    if labels.shape != (n,):
        raise ValueError(
            f"Expected one label a sample, {name} of shape ({n},). Received: shape={labels.shape}"
        )
    if n and labels.min() < 0:
        raise ValueError(f"Expected {name} from 0 on. Received: {labels.min()}")


PLAIN = ("b1", "u1", "u2", "i1", "i2", "i4", "i8", "f4", "f8")  # types that an array may have


class _DtypeStandIn:
    """Takes the place of `numpy.dtype` while a pickle is read."""

    def __init__(self, name: Any, *_flags: Any) -> None:
        text = name.decode() if isinstance(name, bytes) else name
        if text not in PLAIN:
            raise pickle.UnpicklingError(f"it holds an array of {text}")
        self.dtype = np.dtype(text)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order: Any = state[1].decode() if isinstance(state[1], bytes) else state[1]
        self.dtype = self.dtype.newbyteorder(order)


class _ArrayStandIn:
    """Takes the place of an array while a pickle is read, and keeps its contents."""

    def __init__(self, *_arguments: Any) -> None:
        self.array = np.empty(0, dtype=np.uint8)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, kind, is_fortran, content = state
        flat = np.frombuffer(content, dtype=kind.dtype)
        self.array = flat.reshape(shape, order="F" if is_fortran else "C")


def _scalar(kind: _DtypeStandIn, content: bytes) -> Any:
    """Take the place of NumPy's function that builds a scalar."""
    (number,) = np.frombuffer(content, dtype=kind.dtype).tolist()
    return number


# The names by which NumPy pickles an array: the current ones, and those known to the Python 2 that
# wrote CIFAR-10. No pickle can reach the real objects.
_STAND_INS = {
    ("numpy", "ndarray"): _ArrayStandIn,
    ("numpy", "dtype"): _DtypeStandIn,
    ("numpy.core.multiarray", "_reconstruct"): _ArrayStandIn,
    ("numpy._core.multiarray", "_reconstruct"): _ArrayStandIn,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
}
# What pickle raises on bytes that are not a pickle, or a truncated or corrupt one.
_UNREADABLE = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
)


class _ArraysOnly(pickle.Unpickler):
    """Builds numbers, strings, plain containers and stand-ins for arrays, without NumPy code."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="bytes")
        self._left = len(content)  # bytes left to encode; enough for each string once

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a name.

        Raises:
            pickle.UnpicklingError: the pickle asks for anything other than arrays.
        """
        if (module, name) == ("_codecs", "encode"):
            return self._encode
        if (module, name) not in _STAND_INS:
            raise pickle.UnpicklingError(f"it wants to use {module}.{name}")
        return _STAND_INS[module, name]

    def _encode(self, text: Any, encoding: Any) -> bytes:
        """Return the bytes that Python 3 writes as Latin-1 text in the protocols of Python 2."""
        if type(text) is not str or type(encoding) is not str or encoding != "latin1":
            raise pickle.UnpicklingError("it wants to use _codecs.encode on more than latin1 text")
        self._left -= len(text)
        if self._left < 0:
            raise pickle.UnpicklingError("it grows on reading")
        return text.encode("latin1")


def _read_batch(path: Path) -> tuple[npt.NDArray[np.uint8], Labels]:
    content = path.read_bytes()
    try:
        batch = _ArraysOnly(content).load()
    except _UNREADABLE as error:
        raise ValueError(
            f"Expected a batch of CIFAR-10, a pickle of arrays alone. Received: {path} ({error})"
        ) from error
    if not isinstance(batch, dict) or not {b"data", b"labels"} <= set(batch):
        raise ValueError(f"Expected a batch with data and labels. Received: {path} without them")
    pixels, labels = _array(batch[b"data"]), batch[b"labels"]
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[1] != DATA_SIZE:
        raise ValueError(f"Expected (n, {DATA_SIZE}) bytes as data. Received: others in {path}")
    named = _array(labels).tolist() if isinstance(labels, _ArrayStandIn) else labels
    if not isinstance(named, list) or not all(type(label) is int and label >= 0 for label in named):
        raise ValueError(f"Expected whole numbers as labels. Received: others in {path}")
    if len(named) != len(pixels):
        raise ValueError(
            f"Expected one label an image. Received: {len(named)} labels of {len(pixels)} images "
            f"in {path}"
        )
    return pixels, np.array(named, dtype=np.int64)


def _array(value: Any) -> npt.NDArray[Any]:
    """Return the array of a stand-in; an empty one for any other value."""
    return value.array if isinstance(value, _ArrayStandIn) else np.empty(0)
