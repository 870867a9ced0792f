"""Write an output file completely or not at all."""

import contextlib
import tempfile
from pathlib import Path

from report.errors import ReportError, reason_of


def require_place(path: Path) -> None:
    """Check that a file can be written, before spending seconds on its contents.

    Raises:
        ReportError: something other than a file is there, or nothing can be.
    """
    try:
        taken = path.exists() and not path.is_file()
    except (OSError, ValueError) as error:
        raise ReportError(f"Expected to write {path}. Received: {reason_of(error)}") from error
    if taken:
        kind = "a folder" if path.is_dir() else "a device"
        raise ReportError(f"Expected the name of a file to write. Received: {path}, {kind}")


def write(path: Path, data: bytes) -> None:
    """Write a temporary file, and move it into place when it is complete.

    Args:
        path: the file; a missing folder is created, a link is followed.
        data: the contents.

    Raises:
        ReportError: it cannot be written; an existing file is unchanged.
    """
    part: Path | None = None
    try:
        require_place(path)
        place = path.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".vouch-", delete=False) as new:
            part = Path(new.name)
            new.write(data)
        part.chmod(0o644)
        part.replace(place)
    except (OSError, ValueError) as error:
        raise ReportError(f"Expected to write {path}. Received: {reason_of(error)}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):  # already moved, or the disk is gone
                part.unlink(missing_ok=True)
