"""Memory-mapped arrays in `.npy` files: only the parts that are read take up memory."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lib.data.files.locations import DataCorruptError

HEADER = 128  # bytes, enough for the header of any array with few axes


def open_array(path: Path, dtype: npt.DTypeLike, shape: tuple[int | None, ...]) -> npt.NDArray[Any]:
    """Memory-map an array, read-only.

    Args:
        path: path of a `.npy` file.
        dtype: required dtype.
        shape: required shape; None for an axis of any length.

    Raises:
        DataCorruptError: the file is unreadable or truncated, or holds anything else.
    """
    expected = f"an array of dtype={np.dtype(dtype)}, shape={_written(shape)}"
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataCorruptError(
            f"Expected {expected}. Received: {path}, truncated or no such file ({error}); "
            "replace it with the published file."
        ) from error
    if not isinstance(array, np.ndarray):  # an .npz archive
        array.close()
        raise DataCorruptError(f"Expected {expected}. Received: {path}, a zip archive.")
    fits = len(array.shape) == len(shape) and all(
        asked in (None, there) for asked, there in zip(shape, array.shape, strict=True)
    )
    if array.dtype != dtype or not fits:
        raise DataCorruptError(
            f"Expected {expected}. Received: {path} with dtype={array.dtype}, "
            f"shape={array.shape}; replace it with the published file."
        )
    return array


def rows_in(beginning: bytes, dtype: npt.DTypeLike, row: tuple[int, ...]) -> tuple[int, int]:
    """Read the number of rows of an array from the beginning of its `.npy` file.

    Args:
        beginning: at least the first `HEADER` bytes of the file.
        dtype: required dtype.
        row: required shape of a row.

    Returns:
        Offset of the values in bytes, and the number of rows.

    Raises:
        ValueError: it is the beginning of anything else.
    """
    stream = io.BytesIO(beginning)
    version = np.lib.format.read_magic(stream)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"Expected a .npy file of version 1 or 2. Received: {version=}")
    shape, in_columns, found = readers[version](stream)
    if found != dtype or shape[1:] != row or in_columns:
        raise ValueError(
            f"Expected rows of dtype={np.dtype(dtype)}, shape={row}. "
            f"Received: an array of dtype={found}, {shape=}"
        )
    return stream.tell(), shape[0]


def _written(shape: tuple[int | None, ...]) -> str:
    lengths = ", ".join("n" if length is None else str(length) for length in shape)
    return f"({lengths}{',' if len(shape) == 1 else ''})"
