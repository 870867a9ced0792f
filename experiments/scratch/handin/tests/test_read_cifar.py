"""Batches are read as they were written, and errors name what is wrong."""

import io
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import read_cifar as reading

ROWS = 4  # images per batch
SIZE = 3 * 32 * 32


class AsPublished(pickle._Pickler):
    """Pickles as Python 2 did: protocol 2, byte strings, NumPy's former module names."""

    def save_bytes(self: Any, text: bytes) -> None:
        self.write(pickle.BINSTRING + struct.pack("<i", len(text)) + text)
        self.memoize(text)

    dispatch: ClassVar[dict[type, Any]] = {**pickle._Pickler.dispatch, bytes: save_bytes}


def published(content: Any) -> Any:
    stream = io.BytesIO()
    AsPublished(stream, protocol=2).dump(content)
    return stream.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def batch(number: int = 0, rows: int = ROWS) -> Any:
    generator = np.random.default_rng(number)
    return {
        b"batch_label": b"a batch",
        b"labels": generator.integers(0, 10, rows).tolist(),
        b"data": generator.integers(0, 256, (rows, SIZE), dtype=np.uint8),
        b"filenames": [b"image.png"] * rows,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    for number, name in enumerate(reading.BATCHES):
        (tmp_path / name).write_bytes(published(batch(number)))
    return tmp_path


class Runs:
    """Creates a file when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("pickled", [published, pickle.dumps], ids=["python2", "today"])
def test_a_batch_is_read_as_it_was_written(tmp_path: Path, pickled: Callable[[Any], bytes]) -> None:
    path = tmp_path / "data_batch_1"
    path.write_bytes(pickled(batch()))
    data, labels = reading.read_cifar_batch(str(path))
    assert data.dtype == np.float32
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(data, batch()[b"data"])
    np.testing.assert_array_equal(labels, batch()[b"labels"])


def test_all_six_batches_are_read_the_test_batch_last(folder: Path) -> None:
    data, labels = reading.read_cifar(str(folder))
    assert data.dtype == np.float32
    assert labels.dtype == np.int64
    written = [batch(number) for number in range(6)]
    np.testing.assert_array_equal(data, np.concatenate([one[b"data"] for one in written]))
    np.testing.assert_array_equal(labels, np.concatenate([one[b"labels"] for one in written]))


def test_a_missing_batch_is_named(folder: Path) -> None:
    (folder / "data_batch_3").unlink()
    with pytest.raises(FileNotFoundError, match="data_batch_3"):
        reading.read_cifar(str(folder))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing_here"):
        reading.read_cifar_batch(str(tmp_path / "nothing_here"))


def test_a_pickle_that_wants_to_run_code_does_not(folder: Path) -> None:
    made = folder / "made"
    content = {**batch(), b"batch_label": Runs(made)}
    (folder / "data_batch_2").write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=r"data_batch_2.*(Path|touch|getattr)"):
        reading.read_cifar(str(folder))
    assert not made.exists()


@pytest.mark.parametrize("wanted", ["posix\nsystem", "builtins\neval", "numpy\nload"])
def test_what_a_pickle_wants_is_named(tmp_path: Path, wanted: str) -> None:
    path = tmp_path / "data_batch_1"
    path.write_bytes(b"c" + wanted.encode() + b"\n(V1\ntR.")
    with pytest.raises(ValueError, match=wanted.replace("\n", r"\.")):
        reading.read_cifar_batch(str(path))


@pytest.mark.parametrize(
    "array",
    [
        np.array([None, print]),
        np.zeros(ROWS, dtype=[("a", np.uint8), ("b", np.int64)]),
        np.zeros(ROWS, dtype="datetime64[s]"),
        np.ma.zeros(ROWS),
    ],
    ids=["objects", "records", "dates", "another class"],
)
def test_arrays_of_anything_but_numbers_are_refused(tmp_path: Path, array: Any) -> None:
    path = tmp_path / "data_batch_1"
    path.write_bytes(pickle.dumps({**batch(), b"filenames": array}))
    with pytest.raises(ValueError, match=r"pickle of arrays alone\. Received: .*data_batch_1 \("):
        reading.read_cifar_batch(str(path))


@pytest.mark.parametrize("kind", [np.array, lambda labels: [np.int64(label) for label in labels]])
def test_labels_may_be_an_array_or_numbers_of_numpy(
    tmp_path: Path, kind: Callable[[Any], Any]
) -> None:
    path = tmp_path / "data_batch_1"
    path.write_bytes(pickle.dumps({**batch(), b"labels": kind([3, 1, 2, 0])}))
    _, labels = reading.read_cifar_batch(str(path))
    assert labels.dtype == np.int64
    assert labels.tolist() == [3, 1, 2, 0]


def test_a_pickle_gets_at_nothing_of_numpy_to_call(tmp_path: Path) -> None:
    # Given NumPy's own class, this would reserve a terabyte.
    path = tmp_path / "data_batch_1"
    path.write_bytes(b"cnumpy\nndarray\n((L1000000000000L\nttR.")
    with pytest.raises(ValueError, match=r"Expected a batch with data and labels"):
        reading.read_cifar_batch(str(path))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        published(batch())[:-500],
        pickle.dumps([1, 2, 3]),
        pickle.dumps({b"label_names": [b"airplane"]}),
    ],
    ids=["empty", "image", "truncated", "list", "names"],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "test_batch"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"Expected .*Received: .*test_batch"):
        reading.read_cifar_batch(str(path))


@pytest.mark.parametrize(
    "change",
    [
        {b"labels": [1, 2, 3]},
        {b"labels": [0.5, 1, 2, 3]},
        {b"labels": [b"a", b"b", b"c", b"d"]},
        {b"labels": [-1, 0, 1, 2]},
        {b"data": np.zeros(SIZE, dtype=np.uint8)},
        {b"data": b"bytes"},
    ],
    ids=["fewer", "fractions", "texts", "negative", "one row", "no array"],
)
def test_data_and_labels_that_do_not_fit_are_refused(
    tmp_path: Path, change: dict[bytes, Any]
) -> None:
    path = tmp_path / "data_batch_1"
    path.write_bytes(published({**batch(), **change}))
    with pytest.raises(ValueError, match=r"Expected .*Received: .*data_batch_1"):
        reading.read_cifar_batch(str(path))


def numbered(n: int = 50) -> Any:
    return np.arange(2 * n).reshape(n, 2).astype(np.float32), np.arange(n)


def test_a_split_keeps_every_sample_once_with_its_label() -> None:
    data, labels = numbered()
    data_train, labels_train, data_test, labels_test = reading.split_dataset(data, labels, 0.9)
    assert len(labels_train) == 45
    assert sorted([*labels_train, *labels_test]) == labels.tolist()
    np.testing.assert_array_equal(data_train, data[labels_train])
    np.testing.assert_array_equal(data_test, data[labels_test])
    assert data_train.dtype == data.dtype


def test_two_successive_splits_differ() -> None:
    data, labels = numbered(500)
    first, second = (reading.split_dataset(data, labels, 0.9)[1] for _ in range(2))
    assert first.tolist() != second.tolist()


def test_the_same_seed_gives_the_same_split() -> None:
    data, labels = numbered()
    first, second = (reading.split_dataset(data, labels, 0.9, seed=3)[1] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("split", [-0.1, 1.1, float("nan")])
def test_a_split_outside_0_to_1_is_refused(split: float) -> None:
    with pytest.raises(ValueError, match="split="):
        reading.split_dataset(*numbered(), split)


def test_a_split_of_labels_that_do_not_fit_is_refused() -> None:
    data, labels = numbered()
    with pytest.raises(ValueError, match="Expected one label"):
        reading.split_dataset(data, labels[:-1], 0.9)


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_a_batch_that_python_3_wrote_for_python_2_is_read(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "batch").write_bytes(pickle.dumps(batch(), protocol))
    data, labels = reading.read_cifar_batch(str(tmp_path / "batch"))
    assert np.array_equal(data, batch()[b"data"])
    assert labels.tolist() == batch()[b"labels"]


@pytest.mark.parametrize(
    "call",
    [
        b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00utf-8tR",
        b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00rot13tR",
        b"c_codecs\nencode\n(X\x01\x00\x00\x00atR",
        b"c_codecs\nencode\n(K\x01X\x06\x00\x00\x00latin1tR",
        b"c_codecs\ndecode\n(X\x01\x00\x00\x00aX\x06\x00\x00\x00latin1tR",
        b"c_codecs\nlookup\n(X\x06\x00\x00\x00latin1tR",
        b"X\xc8\x00\x00\x00" + b"a" * 200 + b"q\x00"
        b"0" + b"c_codecs\nencode\n(h\x00X\x06\x00\x00\x00latin1tR0" * 50 + b"N",
    ],
)
def test_nothing_else_of_the_codecs_is_admitted(tmp_path: Path, call: bytes) -> None:
    (tmp_path / "batch").write_bytes(b"\x80\x02" + call + b".")
    with pytest.raises(ValueError, match=r"\((it wants|it grows|.*missing)"):
        reading.read_cifar_batch(str(tmp_path / "batch"))
