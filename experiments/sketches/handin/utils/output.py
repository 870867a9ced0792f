"""Write files whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

PREFIXES = ("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S%f")  # the next where a file has the first


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name when the block has ended without an error.

    Opening it before a long computation tells early that the place cannot be written to.

    Args:
        path: of the file; one that is there is replaced, its folder is made where missing.

    Raises:
        OSError: the place cannot be written to.
        ValueError: there is something other than a file.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"Expected a file to write to. Received: {path}, which is not a file")
    path = path.resolve()  # where it is a link, the link stays
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
        name: of the network.
        log_folder: of the log.
        model_folder: of the model file.
        now: the time, to the minute; to the second or below where the minute is taken.

    Returns:
        The log's path and the model's, neither of which is there.
    """
    for prefix in PREFIXES:
        dated = f"{now.strftime(prefix)}_{name}"
        log, model = log_folder / f"{dated}.log", model_folder / f"{dated}.pt"
        if not log.exists() and not model.exists():
            break
    return log, model
