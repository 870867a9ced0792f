"""SHA-256 of files and arrays, computed piece by piece, so that they need not fit into memory.

Everything in `lib.data` that hashes goes through here: a cache of hashes by path, size and time of
change belongs here, too.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from hashlib import _Hash

PIECE = 1 << 24  # bytes of an array that are hashed at a time


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add_array(digest: "_Hash", array: npt.NDArray[Any]) -> None:
    """Add an array's values to a hash, in C order, as `array.tobytes()` would.

    A memory-mapped array is read a piece at a time; nothing is kept.
    """
    if array.ndim == 0 or not array.size:
        digest.update(array.tobytes())
        return
    rows = max(1, PIECE // (array.nbytes // len(array)))
    for start in range(0, len(array), rows):
        digest.update(np.ascontiguousarray(array[start : start + rows]).data)
