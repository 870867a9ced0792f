"""SHA-256 of files and arrays, computed in chunks, so they need not fit into memory.

`lib.data` hashes files and arrays here. File hashes are kept in the cache folder, with the file's
size and modification time; if either differs, the file is hashed again. The hash of a file that has
only just been changed is not kept, see `lib.kept.SETTLED`.
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

PIECE = 1 << 24  # bytes of an array hashed at a time
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
    from lib.data.files.locations import cache_folder  # which imports this module

    return _of_folder(cache_folder())


@functools.cache
def _of_folder(folder: Path) -> Kept:
    return Kept(folder / KEPT, lambda name: Path(name).exists())


def add_array(digest: "_Hash", array: npt.NDArray[Any]) -> None:
    """Add an array's values to a hash, in C order, as `array.tobytes()` would.

    A memory-mapped array is read in chunks; none are kept.
    """
    if array.ndim == 0 or not array.size:
        digest.update(array.tobytes())
        return
    rows = max(1, PIECE // (array.nbytes // len(array)))
    for start in range(0, len(array), rows):
        digest.update(np.ascontiguousarray(array[start : start + rows]).data)
