"""Decode images whose rows a PDF stores like a PNG's: compressed, each by a filter of its own."""

import struct
import zlib
from io import BytesIO

from PIL import Image

KINDS = {1: 0, 3: 2}  # PNG's kinds of image, grey and RGB, by the number of colours
MOST_PIXELS = 1 << 26  # of an image that a report may hold


def decoded(rows: bytes, height: int, width: int, colours: int) -> bytes | None:
    """Decode an image of 8 bits a colour by Pillow, from a PNG that is made around its rows.

    Args:
        rows: compressed; each starts with the number of its filter.
        height: of the image.
        width: of the image.
        colours: of a pixel.

    Returns:
        The pixels row by row; None if the rows are damaged, too few or too many, or if there are
        more than `MOST_PIXELS` or other than one or three colours.

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
