"""What ends a build with one sentence instead of a traceback."""


class ReportError(Exception):
    """A report cannot be built or verified, for a reason that its reader can act on.

    Args:
        message: one clear sentence, or several findings a line each.
        command: the command that mends it, where there is one.
    """

    def __init__(self, message: str, command: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.command = command

    def __str__(self) -> str:
        if self.command is None:
            return self.message
        return f"{self.message}\nTo mend it: {self.command}"


class NoStoreError(ReportError):
    """There is no store yet: it is made by the first run."""


def shown(text: str, most: int = 80) -> str:
    """Write a text as it can be shown in a sentence: quoted, and not longer than one reads.

    >>> shown("Adam"), shown("a" * 100, most=3)
    ("'Adam'", "'aaa' and 97 more characters")
    """
    rest = f" and {len(text) - most:,} more characters" if len(text) > most else ""
    return f"{text[:most]!r}{rest}"
