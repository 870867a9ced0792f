"""Write a grey image as PNG, every pixel as it is."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BIT = bytes((8, 0, 0, 0, 0))  # depth, colour type, compression, filter, interlace


def png(image: NDArray[np.uint8]) -> bytes:
    """Write a grey image as PNG.

    Args:
        image: (height, width) uint8, 0 for black.

    Raises:
        ValueError: the shape or type is another one.

    Source: Portable Network Graphics, third edition (W3C), sections 5 and 11.

    >>> png(np.zeros((2, 3), np.uint8))[1:4]
    b'PNG'
    """
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError(
            f"Expected a (height, width) uint8 image. Received: {image.shape=}, {image.dtype=}"
        )
    height, width = image.shape
    rows = b"".join(b"\0" + row.tobytes() for row in image)  # each row unfiltered
    header = struct.pack(">II", width, height) + _GREY_8_BIT
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
