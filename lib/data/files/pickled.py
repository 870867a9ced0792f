"""Read pickles of arrays and plain containers, and of nothing else.

A pickle is a program that may call any function by name. Here it may name only the functions with
which NumPy pickles an array and the one with which Python 3 writes bytes in Python 2's protocols,
and it gets our stand-ins for them. So none of NumPy's own are called before the whole file has been
read and checked.
"""

import io
import math
import pickle
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

PLAIN_TYPES = {"u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8", "b1"}
PLAIN = frozenset({int, str, bytes})
STATE_VERSION = 1  # version of the tuple that an array is pickled as, since NumPy 1.0

# What a damaged or forged stream can raise in the unpickler; an empty stack raises IndexError, a
# missing memo entry KeyError.
_BROKEN = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    MemoryError,
    struct.error,
    RecursionError,  # nested too deeply, or a container that contains itself
)


class UnsafePickleError(ValueError):
    """A pickle asks for more than arrays and plain containers."""


class _Dtype:
    """Stands in for `numpy.dtype`."""

    def __init__(self, name: object, *_flags: object) -> None:
        text = name.decode("ascii") if isinstance(name, bytes) else name
        if not isinstance(text, str) or text not in PLAIN_TYPES:
            raise UnsafePickleError(
                f"Expected an array of numbers. Received: an array of dtype={name!r}"
            )
        self.dtype: np.dtype[Any] = np.dtype(text)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order: Any = state[1].decode("ascii") if isinstance(state[1], bytes) else state[1]
        self.dtype = self.dtype.newbyteorder(order)


class _Array:
    """Stands in for an array until the file has been read."""

    def __init__(self, *_arguments: object) -> None:
        self.made: npt.NDArray[Any] | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        version, shape, dtype, is_fortran, content = state
        size = math.prod(shape) * dtype.dtype.itemsize
        if version != STATE_VERSION or not isinstance(content, bytes) or len(content) != size:
            raise ValueError(f"Expected {size} bytes for an array of {shape=}. Received: others")
        array = np.frombuffer(content, dtype=dtype.dtype)
        self.made = array.reshape(shape, order="F" if is_fortran else "C")


_ALLOWED: dict[tuple[str, str], Callable[..., Any] | type] = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,  # as NumPy 2 names it
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="bytes")
        self._left = len(content)  # bytes left to encode, each string once

    def find_class(self, module: str, name: str) -> Any:
        """Return a stand-in for a function that builds arrays; refuse and name everything else."""
        if (module, name) == ("_codecs", "encode"):
            return self._encode
        if (module, name) not in _ALLOWED:
            raise UnsafePickleError(
                f"Expected a pickle of arrays and plain containers. Received: one that asks for "
                f"{module}.{name}"
            )
        return _ALLOWED[module, name]

    def _encode(self, text: object, encoding: object) -> bytes:
        """Return bytes that Python 3 wrote as Latin-1 text; refuse anything else."""
        if type(text) is not str or type(encoding) is not str or encoding != "latin1":
            raise UnsafePickleError(
                "Expected _codecs.encode only for latin1 strings. "
                f"Received: {type(text).__name__} and {str(encoding)[:40]!r}"
            )
        self._left -= len(text)
        if self._left < 0:
            raise UnsafePickleError(
                "Expected each string to be encoded once. Received: a pickle that expands when read"
            )
        return text.encode("latin1")


def read_pickle(content: bytes) -> Any:
    """Read a pickle from Python 2 or 3; Python 2 strings become bytes.

    Args:
        content: content of the file.

    Returns:
        Dictionaries, lists, tuples, strings, numbers and arrays; arrays are read-only.

    Raises:
        UnsafePickleError: it asks for anything else, which is refused.
        ValueError: it is truncated, damaged or not a pickle.

    >>> read_pickle(pickle.dumps({"labels": [6, 9]}))
    {'labels': [6, 9]}
    >>> read_pickle(pickle.dumps(print))
    Traceback (most recent call last):
    ...
    lib.data.files.pickled.UnsafePickleError: Expected a pickle of arrays and plain containers.
    Received: one that asks for builtins.print
    """
    try:
        return _finished(_Unpickler(content).load())
    except UnsafePickleError:
        raise
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"Expected a complete pickle. Received: {len(content)} bytes ({reason})"
        ) from error


def _finished(value: Any) -> Any:
    """Replace stand-ins with arrays."""
    if isinstance(value, dict):
        return {_finished(key): _finished(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if {*map(type, value)} <= PLAIN:  # fast for a batch's 10,000 labels
            return value
        return type(value)(_finished(item) for item in value)
    if isinstance(value, _Array):
        if value.made is None:
            raise ValueError("Expected an array with content. Received: an array without any")
        return value.made
    if isinstance(value, _Dtype) or callable(value):
        raise UnsafePickleError(
            f"Expected a pickle of arrays and plain containers. Received: a {value!r} in it"
        )
    return value
