"""Put a file where a person asked for it: whole, or not at all."""

import contextlib
import tempfile
from pathlib import Path

from report.errors import ReportError


def require_place(path: Path) -> None:
    """Check that a file can be put somewhere, before seconds are spent on making it.

    Raises:
        ReportError: something that is no file is there.
    """
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device"
        raise ReportError(f"Expected the name of a file to write. Received: {path}, {kind}")


def write(path: Path, data: bytes) -> None:
    """Write a file beside, and move it into place when it is whole.

    Args:
        path: of the file; its folder is made where it is missing, a link is followed.
        data: what to write.

    Raises:
        ReportError: it cannot be written; what was there before is still there.
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
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ReportError(f"Expected to write {path}. Received: {reason}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):  # moved into place, or its disk is gone
                part.unlink(missing_ok=True)
