"""Read a text that a person wrote: in UTF-8, with a byte-order mark or without."""

import codecs
from pathlib import Path

UTF_8 = codecs.BOM_UTF8
OTHER_MARKS = {  # the longer first: that of UTF-32 begins like that of UTF-16
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
ALLOWED_CONTROLS = "\t\n"


class TextError(ValueError):
    """A file cannot be read as text; the message names the file and the place in it."""


def read(path: Path, name: str = "") -> str:
    """Read a text file.

    Args:
        path: of the file.
        name: what to call it in an error; its path where not given.

    Returns:
        Its text, without a byte-order mark, its lines ended by line feeds.

    Raises:
        TextError: it cannot be opened, is not UTF-8, or holds a control character.
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
    """Name a place by what is before it: file, line and column, both from 1."""
    lines = (before + "|").splitlines()
    return f"{name}:{len(lines)}:{len(lines[-1])}"


def _guess(data: bytes, at: int) -> str:
    """Say what a byte that is not UTF-8 may be."""
    if len(data) - at < 4 and data[at] >= 0xC2:
        return "cut off in the middle of a character, or another encoding"
    character = bytes([data[at]]).decode("cp1252", errors="replace")
    return f"in Latin-1 or Windows-1252 perhaps {character!r}"
