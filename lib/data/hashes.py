"""SHA-256 of files and arrays, computed piece by piece, so that they need not fit into memory.

Everything in `lib.data` that hashes goes through here. Files' hashes are kept in the cache folder,
with the size and the time of change that they belong to: where either differs, a file is hashed
again. Time stamps are too coarse to tell two changes in quick succession apart, so the hash of a
file that was changed just now is not kept.
"""

import atexit
import contextlib
import functools
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from hashlib import _Hash

PIECE = 1 << 24  # bytes of an array that are hashed at a time
SETTLED = 5.0  # seconds after its last change from which a file's hash is kept
KEPT = "hashes.json"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    known, name = _known(), str(path.absolute())
    state = path.stat()
    before = known.found.get(name)
    if before is not None and before[:2] == [state.st_size, state.st_mtime_ns]:
        return str(before[2])
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    after = path.stat()
    unchanged = (after.st_size, after.st_mtime_ns) == (state.st_size, state.st_mtime_ns)
    if unchanged and time.time() - state.st_mtime > SETTLED:
        known.found[name] = known.new[name] = [state.st_size, state.st_mtime_ns, sha256]
    return sha256


class _Known:
    """The hashes kept in a file: by path the size, the time of change and the hash.

    Args:
        file: may be missing or damaged, which costs no more than hashing again.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.found = self._read()
        self.new: dict[str, list[Any]] = {}
        atexit.register(self.save)

    def _read(self) -> dict[str, list[Any]]:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {
            name: each for name, each in found.items() if isinstance(each, list) and len(each) == 3
        }

    def save(self) -> None:
        """Add this process's hashes to the file, and leave out files that are gone.

        Of two processes that do so at once one loses its own, to hash them again the next time.
        """
        if not self.new:
            return
        kept = {**self._read(), **self.new}
        there = {name: each for name, each in kept.items() if Path(name).exists()}
        with contextlib.suppress(OSError):  # a cache that cannot be written
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor, beside = tempfile.mkstemp(prefix=f".{KEPT}.", dir=self.file.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(there, stream)
            Path(beside).replace(self.file)
        self.new.clear()


def _known() -> _Known:
    from lib.data.locations import cache_folder  # which hashes by this module

    return _of_folder(cache_folder())


@functools.cache
def _of_folder(folder: Path) -> _Known:
    return _Known(folder / KEPT)


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
