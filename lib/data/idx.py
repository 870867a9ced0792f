"""Read IDX, the format that MNIST and the sets made in its image are published in.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
"""

import math

import numpy as np
import numpy.typing as npt

UNSIGNED_BYTE = 0x08


def parse_idx(content: bytes, ndim: int) -> npt.NDArray[np.uint8]:
    """Read an array of unsigned bytes; a view of `content`, nothing is copied.

    Two zero bytes, the type, the number of axes; then each axis' length as four bytes, the most
    significant first; then the values, the last axis running fastest.

    Args:
        content: the file, unpacked.
        ndim: axes that it must have: 1 for labels, 3 for grey images.

    Raises:
        ValueError: if it is not such a file, has other axes, or more or fewer values than it says.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 97, 98, 99]), ndim=1).tolist()
    [97, 98, 99]
    """
    start = 4 + 4 * ndim
    magic = bytes((0, 0, UNSIGNED_BYTE, ndim))
    if content[:4] != magic or len(content) < start:
        raise ValueError(
            f"Expected an IDX file of unsigned bytes with {ndim} axes (magic={magic.hex()}). "
            f"Received: magic={content[:4].hex()}, length={len(content)}"
        )
    shape = tuple(
        int.from_bytes(content[offset : offset + 4], "big") for offset in range(4, start, 4)
    )
    if len(content) - start != math.prod(shape):
        raise ValueError(
            f"Expected {math.prod(shape)} values for the shape {shape} that the file states. "
            f"Received: {len(content) - start} values"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
