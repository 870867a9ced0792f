"""Read IDX, the file format of MNIST and of the data sets modelled on it.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
"""

import math

import numpy as np
import numpy.typing as npt

UNSIGNED_BYTE = 0x08


def parse_idx(content: bytes, ndim: int) -> npt.NDArray[np.uint8]:
    """Read an array of unsigned bytes, as a view of `content`.

    The format is: two zero bytes, the type, the number of axes; then the length of each axis as
    four bytes, big-endian; then the values, the last axis varying fastest.

    Args:
        content: content of the file, decompressed.
        ndim: required number of axes: 1 for labels, 3 for grey images.

    Raises:
        ValueError: if it is not such a file, or has the wrong number of axes or values.

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
