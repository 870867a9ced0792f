"""What ends a build with one sentence instead of a traceback."""


class ReportError(Exception):
    """A report cannot be built or verified; the message tells the user what to do.

    Args:
        message: one sentence, or several findings, one per line.
        command: the command that fixes it, if there is one.
    """

    def __init__(self, message: str, command: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.command = command

    def __str__(self) -> str:
        if self.command is None:
            return self.message
        return f"{self.message}\nTo fix it: {self.command}"


class LackingError(ReportError):
    """Runs are missing because their data was not found; the rest can be reported as a draft."""


class NoStoreError(ReportError):
    """There is no store yet; the first run creates it."""


def shown(text: str, most: int = 80) -> str:
    """Quote a text for use in a message, cut to `most` characters.

    >>> shown("Adam"), shown("a" * 100, most=3)
    ("'Adam'", "'aaa' and 97 more characters")
    """
    rest = f" and {len(text) - most:,} more characters" if len(text) > most else ""
    return f"{text[:most]!r}{rest}"


def reason_of(error: OSError | ValueError) -> str:
    """Say in a few words why a file cannot be used; a ValueError is an impossible name."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
