"""Keep what one process has worked out in a file of the cache folder, for later processes.

If the file is missing, damaged or not writable, the values are simply worked out again. If two
processes write at once, one of them loses its values.
"""

import atexit
import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Seconds. Time stamps are too coarse to tell apart two changes in quick succession, so nothing is
# kept that was read from a file changed less than this long ago.
SETTLED = 5.0


class Kept:
    """Named values, kept in a file.

    Args:
        file: path of a JSON file that holds one object.
        useful: tells from a value's name whether it may still be needed; the others are dropped
            when the file is written.

    Attributes:
        found: all values; change it only through `keep`.
    """

    def __init__(self, file: Path, useful: Callable[[str], bool]) -> None:
        self.file = file
        self.found = self._read()
        self._useful = useful
        self._new: dict[str, Any] = {}
        atexit.register(self.save)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value, which must be JSON-serializable."""
        self.found[name] = self._new[name] = value

    def save(self) -> None:
        """Add this process's values to the file, and drop those that are no longer useful."""
        if not self._new:
            return
        values = {**self._read(), **self._new}
        useful = {name: value for name, value in values.items() if self._useful(name)}
        with contextlib.suppress(OSError):  # a cache that cannot be written
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor, beside = tempfile.mkstemp(
                prefix=f".{self.file.name}.", dir=self.file.parent
            )
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(useful, stream)
            Path(beside).replace(self.file)
        self._new.clear()

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
