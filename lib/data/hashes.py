"""SHA-256 of files and arrays, computed piece by piece, so that they need not fit into memory.

Everything in `lib.data` that hashes goes through here. Files' hashes are kept in the cache folder,
with the size and the time of change that they belong to: where either differs, a file is hashed
again. The hash of a file that was changed just now is not kept, see `lib.kept.SETTLED`.
"""

import functools
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lib.kept import SETTLED, Kept

if TYPE_CHECKING:
    from hashlib import _Hash

PIECE = 1 << 24  # bytes of an array that are hashed at a time
KEPT = "hashes.json"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    known, name = _known(), str(path.absolute())
    state = path.stat()
    before = known.found.get(name)
    if isinstance(before, list) and before[:-1] == [state.st_size, state.st_mtime_ns]:
        return str(before[-1])
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    after = path.stat()
    unchanged = (after.st_size, after.st_mtime_ns) == (state.st_size, state.st_mtime_ns)
    if unchanged and time.time() - state.st_mtime > SETTLED:
        known.keep(name, [state.st_size, state.st_mtime_ns, sha256])
    return sha256


def _known() -> Kept:
    from lib.data.locations import cache_folder  # which hashes by this module

    return _of_folder(cache_folder())


@functools.cache
def _of_folder(folder: Path) -> Kept:
    return Kept(folder / KEPT, lambda name: Path(name).exists())


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
