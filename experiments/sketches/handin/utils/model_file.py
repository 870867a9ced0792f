"""Model files `.pt`: PyTorch's archive of a state dict, written and read without PyTorch.

The file is a zip archive of uncompressed records: `data.pkl` lists the tensors, `data/0`, `data/1`
… hold their numbers, `version` and `byteorder` say how to read them. PyTorch opens it with
`torch.load(path, weights_only=True)`.
"""

import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .tensor_pickle import Tensor, read_pickle, write_pickle

MAX_BYTES = 1_000_000  # of a model file on disk
VERSION = "3"  # of the archive, since PyTorch 1.6
ALIGNMENT = 64  # bytes, as PyTorch places each record, so that a file can be mapped into memory
PADDING = b"FB"  # the extra field that PyTorch pads with
LOCAL_HEADER = 30  # bytes of a zip record's header before its name
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip archive; fixed, so that equal weights give equal bytes

Array = npt.NDArray[Any]


def model_bytes(state: Mapping[str, Array]) -> bytes:
    """Build the content of a model file.

    Args:
        state: tensors by name; they are stored as float32.

    Returns:
        What `torch.save` of the same state dict could have written.
    """
    tensors = {name: np.asarray(values, dtype="<f4", order="C") for name, values in state.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        shapes = {name: values.shape for name, values in tensors.items()}
        _add(archive, "data.pkl", write_pickle(shapes))
        _add(archive, "byteorder", b"little")
        for key, values in enumerate(tensors.values()):
            _add(archive, f"data/{key}", values.tobytes())
        _add(archive, "version", f"{VERSION}\n".encode())
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    record = zipfile.ZipInfo(f"archive/{name}", FIRST_DAY)
    start = (archive.fp.tell() if archive.fp else 0) + LOCAL_HEADER + len(record.filename) + 4
    gap = -start % ALIGNMENT
    record.extra = PADDING + gap.to_bytes(2, "little") + b"Z" * gap
    archive.writestr(record, content)


def read_model_file(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Array]:
    """Read a model file, whether PyTorch or `model_bytes` wrote it.

    Args:
        path: the file's path.
        max_bytes: largest size allowed.

    Returns:
        Tensors by name.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it is too large, damaged, not such an archive, or holds more than tensors.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"Expected a model file. Received: {path}, which is not a file")
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(
            f"Expected a model file of at most {max_bytes:,} bytes. "
            f"Received: {path} with {path.stat().st_size:,} bytes"
        )
    return state_of(content, str(path))


def state_of(content: bytes, source: str) -> dict[str, Array]:
    """Read the content of a model file.

    Args:
        content: the file's bytes.
        source: its name in error messages.

    Returns:
        Tensors by name.

    Raises:
        ValueError: it is damaged, not such an archive, or holds more than tensors.
    """
    try:
        records = _records(content)
        tensors = read_pickle(_record(records, "data.pkl"))
        order = {"little": "<", "big": ">"}[records.get("byteorder", b"little").decode()]
        return {name: _values(name, tensor, records, order) for name, tensor in tensors.items()}
    except (zipfile.BadZipFile, LookupError, ValueError, NotImplementedError, EOFError) as error:
        raise ValueError(
            "Expected a PyTorch state dict, as torch.save(model.state_dict(), path) writes it. "
            f"Received: {source} ({error})"
        ) from error


def _records(content: bytes) -> dict[str, bytes]:
    """Read the archive's records, by their names without the leading folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if any(
            entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries
        ):
            raise ValueError("its records are compressed or encrypted")
        if sum(entry.file_size for entry in entries) > len(content):
            raise ValueError("its records overlap")
        return {entry.filename.partition("/")[2]: archive.read(entry) for entry in entries}


def _record(records: Mapping[str, bytes], name: str) -> bytes:
    if name not in records:
        raise ValueError(f"it has no record {name}")
    return records[name]


def _values(name: str, tensor: Tensor, records: Mapping[str, bytes], order: str) -> Array:
    """Extract a tensor from its record."""
    flat = np.frombuffer(_record(records, f"data/{tensor.key}"), dtype=order + tensor.dtype)
    lengths = list(zip(tensor.shape, tensor.strides, strict=True))
    last = tensor.offset + sum(step * (n - 1) for n, step in lengths)
    if (
        len(flat) != tensor.size
        or min(tensor.shape, default=1) < 1
        or math.prod(tensor.shape) > len(flat)  # it would repeat numbers
        or last >= len(flat)
    ):
        raise ValueError(f"the record of {name} has {len(flat):,} numbers, which do not fit it")
    strides = [step * flat.itemsize if n > 1 else 0 for n, step in lengths]
    return np.lib.stride_tricks.as_strided(
        flat[tensor.offset :], tensor.shape, strides, writeable=False
    ).astype(tensor.dtype)
