"""Decode images whose rows a PDF stores as a PNG does: compressed, each row with its own filter."""

import struct
import zlib
from io import BytesIO

from PIL import Image

KINDS = {1: 0, 3: 2}  # PNG's colour types, grey and RGB, by the number of colour channels
MOST_PIXELS = 1 << 26  # of an image in a report


def decoded(rows: bytes, height: int, width: int, colours: int) -> bytes | None:
    """Decode an image with 8 bits per channel, by wrapping its rows in a PNG for Pillow.

    Args:
        rows: compressed rows; each starts with the number of its filter.
        height: height of the image in pixels.
        width: width of the image in pixels.
        colours: colour channels per pixel.

    Returns:
        The pixels row by row; None if the rows are damaged, too few or too many, if the image has
        more than `MOST_PIXELS`, or if it has neither one nor three channels.

    Source: ISO 32000-2, 7.4.4.4; PNG specification, sections 5 and 9.
    """
    if colours not in KINDS or width * height > MOST_PIXELS:
        return None
    try:
        head = struct.pack(">IIBBBBB", width, height, 8, KINDS[colours], 0, 0, 0)
        expected = height * (1 + width * colours)
        if len(zlib.decompressobj().decompress(rows, expected + 1)) != expected:
            return None
        chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
        png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            return image.tobytes()
    except (struct.error, zlib.error, OSError, SyntaxError):
        return None


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Write a chunk of a PNG: its length, kind, content and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
