"""Read a text file that a person wrote: UTF-8, with or without a byte-order mark."""

import codecs
from pathlib import Path

UTF_8 = codecs.BOM_UTF8
OTHER_MARKS = {  # longest first: the mark of UTF-32 begins like that of UTF-16
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
ALLOWED_CONTROLS = "\t\n"


class TextError(ValueError):
    """A file cannot be read as text; the message names the file, line and column."""


def read(path: Path, name: str = "") -> str:
    """Read a text file.

    Args:
        path: the file.
        name: its name in error messages; by default its path.

    Returns:
        Its text, without a byte-order mark, with line feeds as line ends.

    Raises:
        TextError: it cannot be opened, is not UTF-8, or contains a control character.
    """
    name = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TextError(f"{name}: Expected a file that can be read. Received: {reason}") from error
    for mark, encoding in OTHER_MARKS.items():
        if data.startswith(mark):
            raise TextError(
                f"{name}: Expected text in UTF-8. Received: {encoding}, by its byte-order mark; "
                "save the file as UTF-8"
            )
    data = data.removeprefix(UTF_8)
    try:
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        place = _place(name, data[: error.start].decode())
        raise TextError(
            f"{place}: Expected text in UTF-8. Received: byte 0x{data[error.start]:02x}, "
            f"{_guess(data, error.start)}; save the file as UTF-8"
        ) from error
    for at, character in enumerate(text):
        if character not in ALLOWED_CONTROLS and (character < " " or "\x7f" <= character < "\xa0"):
            raise TextError(
                f"{_place(name, text[:at])}: Expected text. "
                f"Received: control character U+{ord(character):04X}"
            )
    return text


def _place(name: str, before: str) -> str:
    """Name a place by the text before it: file, line and column, counted from 1."""
    lines = (before + "|").splitlines()
    return f"{name}:{len(lines)}:{len(lines[-1])}"


def _guess(data: bytes, at: int) -> str:
    """Guess the reason for a byte that is not UTF-8."""
    if len(data) - at < 4 and data[at] >= 0xC2:
        return "cut off in the middle of a character, or another encoding"
    character = bytes([data[at]]).decode("cp1252", errors="replace")
    return f"in Latin-1 or Windows-1252 perhaps {character!r}"
