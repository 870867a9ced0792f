"""Write files whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

PREFIXES = ("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S%f")  # the next one if the first is taken


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that gets its name only when the block ends without an error.

    Opening it before a long computation shows early if the path cannot be written to.

    Args:
        path: the file's path; an existing file is replaced, a missing folder is created.

    Raises:
        OSError: the path cannot be written to.
        ValueError: the path is something other than a file.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"Expected a file to write to. Received: {path}, which is not a file")
    path = path.resolve()  # keeps a link, and replaces its target
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def dated_paths(
    name: str, log_folder: Path, model_folder: Path, now: datetime
) -> tuple[Path, Path]:
    """Name a training's log and model file after the time, e.g. `202202280000_densenet.pt`.

    Args:
        name: the network's name.
        log_folder: the log's folder.
        model_folder: the model file's folder.
        now: the time, written to the minute, or more precisely if that name is taken.

    Returns:
        The paths of the log and of the model, neither of which exists.
    """
    for prefix in PREFIXES:
        dated = f"{now.strftime(prefix)}_{name}"
        log, model = log_folder / f"{dated}.log", model_folder / f"{dated}.pt"
        if not log.exists() and not model.exists():
            break
    return log, model
