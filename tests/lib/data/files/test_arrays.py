"""Arrays are mapped, not loaded; what is not the array that is asked for is named and refused."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lib.data import DataCorruptError
from lib.data.files.arrays import HEADER, open_array, rows_in


def test_an_array_is_mapped_into_memory_and_cannot_be_written_to(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.save(tmp_path / "a.npy", values)
    mapped = open_array(tmp_path / "a.npy", np.uint8, (None, 4))
    assert isinstance(mapped, np.memmap)
    np.testing.assert_array_equal(mapped, values)
    with pytest.raises(ValueError, match="read-only"):
        mapped[0, 0] = 1


def saved(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.npy", saved(np.zeros((3, 4), np.uint8)))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "received"),
    [
        pytest.param(saved(np.zeros((3, 4), np.uint8))[:-1], "truncated", id="truncated"),
        pytest.param(b"", "truncated or no such file", id="empty"),
        pytest.param(b"<html>", "truncated or no such file", id="another kind of file"),
        pytest.param(saved(np.zeros((3, 5), np.uint8)), r"shape=\(3, 5\)", id="another shape"),
        pytest.param(saved(np.zeros(12, np.uint8)), r"shape=\(12,\)", id="other axes"),
        pytest.param(saved(np.zeros((3, 4))), "dtype=float64", id="another type"),
        pytest.param(zipped(), "a zip archive", id="several arrays"),
    ],
)
def test_anything_else_is_refused_by_name(content: bytes, received: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(DataCorruptError, match=rf"shape=\(n, 4\).*Received: {path}.*{received}"):
        open_array(path, np.uint8, (None, 4))


def test_an_array_of_objects_runs_no_code(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Touch:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (ran,)  # type: ignore[return-value]

    np.save(tmp_path / "a.npy", np.array([Touch()], dtype=object), allow_pickle=True)
    with pytest.raises(DataCorruptError, match=r"a\.npy"):
        open_array(tmp_path / "a.npy", np.uint8, (None,))
    assert not ran.exists()


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_the_beginning_of_a_file_says_how_many_rows_it_has(version: tuple[int, int]) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.zeros((1000, 784), np.uint8), version)
    content = stream.getvalue()
    offset, rows = rows_in(content[:HEADER], np.uint8, (784,))
    assert rows == 1000
    assert len(content) == offset + 1000 * 784


@pytest.mark.parametrize(
    "values", [np.zeros((5, 783), np.uint8), np.zeros((5, 784)), np.zeros((784, 5), np.uint8).T]
)
def test_the_beginning_of_another_array_is_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"Expected rows of dtype=uint8, shape=\(784,\)"):
        rows_in(saved(values)[:HEADER], np.uint8, (784,))
