"""What one process has found out, kept in a file of the cache folder for the next ones.

A file that is missing, damaged or cannot be written costs no more than finding it out again. Of two
processes that write at once, one loses what it has found.
"""

import atexit
import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Time stamps are too coarse to tell two changes in quick succession apart: what was read from a
# file that was changed less than so many seconds ago is not kept.
SETTLED = 5.0


class Kept:
    """Values by their names, kept in a file.

    Args:
        file: JSON; holds an object.
        useful: whether a value may still be asked for, by its name; others are left out when the
            file is written.

    Attributes:
        found: all values; change it by `keep` alone.
    """

    def __init__(self, file: Path, useful: Callable[[str], bool]) -> None:
        self.file = file
        self.found = self._read()
        self._useful = useful
        self._new: dict[str, Any] = {}
        atexit.register(self.save)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value of JSON's types."""
        self.found[name] = self._new[name] = value

    def save(self) -> None:
        """Add this process's values to the file, and leave out what is of no use any more."""
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
