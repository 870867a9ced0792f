"""Cache results that are computed once, on disk (complete or not at all) or in this process.

A process that is killed midway leaves a `.partial` behind. It is never taken for the result, and
the next process to compute the result removes it.
"""

import functools
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from lib.data.files.locations import DataNotFoundError, data_folders, unwritable

P = ParamSpec("P")
Loaded = TypeVar("Loaded")


def keep(target: Path, make: Callable[[Path], None]) -> Path:
    """Return a cached file or folder, making it if it does not exist yet.

    If several processes ask at once, one makes it and the others wait.

    Args:
        target: path in the cache.
        make: writes the complete file or folder to the path it is given.

    Raises:
        DataNotFoundError: the cache cannot be written to.
    """
    if target.exists():
        return target
    from filelock import FileLock

    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock")):
            if not target.exists():
                _remove(partial)
                try:
                    make(partial)
                    partial.rename(target)
                finally:
                    _remove(partial)
    except DataNotFoundError:  # also an OSError, but already explained
        raise
    except OSError as error:
        raise unwritable(target.parent, error) from error
    return target


def once(load: Callable[P, Loaded]) -> Callable[P, Loaded]:
    """Load a study's data once per process, however many of its experiments ask for it.

    The last result is kept, with its computed hashes. Data is loaded again for other arguments, or
    if the data folders have changed.
    """
    last: dict[tuple[object, ...], Loaded] = {}
    one_thread = threading.Lock()

    @functools.wraps(load)
    def loaded(*args: P.args, **kwargs: P.kwargs) -> Loaded:
        asked = (args, tuple(sorted(kwargs.items())), data_folders())
        with one_thread:
            if asked not in last:
                last.clear()
                last[asked] = load(*args, **kwargs)
            return last[asked]

    return loaded


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
