"""Results that are computed once: kept on disk, complete or not there at all, or in this process.

A process that is killed half-way leaves a `.partial` behind, which no reader takes for the result
and which the next one to make it removes.
"""

import functools
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from lib.data.locations import DataNotFoundError, data_folders, unwritable

P = ParamSpec("P")
Loaded = TypeVar("Loaded")


def keep(target: Path, make: Callable[[Path], None]) -> Path:
    """Return a file or folder of the cache, making it if it is not there yet.

    Of several processes that ask at once, one makes it and the others wait.

    Args:
        target: where it is kept.
        make: writes it, complete, to the path that it is given.

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
    except DataNotFoundError:  # an OSError, too, but with its reason
        raise
    except OSError as error:
        raise unwritable(target.parent, error) from error
    return target


def once(load: Callable[P, Loaded]) -> Callable[P, Loaded]:
    """Load a study's data once a process, however many of its experiments ask for it.

    The last result is kept, with the hashes worked out for it. It is loaded again for other
    arguments, and where the places to look for data have changed.
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
