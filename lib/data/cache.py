"""Results that are computed once and cached: complete, or not there at all.

A process that is killed half-way leaves a `.partial` behind, which no reader takes for the result
and which the next one to make it removes.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from lib.data.locations import DataNotFoundError, unwritable


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


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
