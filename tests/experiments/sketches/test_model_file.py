"""Model files hold PyTorch's state dicts, and whatever else is in one is refused."""

import io
import pickletools
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.sketches.handin.utils.model_file import model_bytes, read_model_file
from experiments.sketches.handin.utils.tensor_pickle import Tensor, read_pickle, write_pickle

STATE: dict[str, Any] = {
    "hidden.weight": np.arange(12, dtype=np.float32).reshape(3, 4),
    "hidden.bias": np.array([0.5, -1.0, 2.0], dtype=np.float32),
    "scale": np.float32(7.0).reshape(()),
}


def stored(records: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in records.items():
            archive.writestr(f"m/{name}", content)
    return buffer.getvalue()


def pickled(
    count: int = 4, offset: int = 0, shape: tuple[int, ...] = (4,), strides: tuple[int, ...] = (1,)
) -> bytes:
    """A state dict of one tensor `w`, with values that `write_pickle` would not choose."""

    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"

    return b"".join(
        [
            b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((",
            b"X\x07\x00\x00\x00storagectorch\nFloatStorage\n",
            b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu" + b"J" + struct.pack("<i", count) + b"tQ",
            b"J" + struct.pack("<i", offset) + numbers(shape) + numbers(strides),
            b"\x89}tRs.",
        ]
    )


def write(folder: Path, content: bytes) -> Path:
    path = folder / "model.pt"
    path.write_bytes(content)
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    state = read_model_file(write(tmp_path, model_bytes(STATE)))
    assert list(state) == list(STATE)
    for name, array in STATE.items():
        assert state[name].dtype == np.float32
        assert state[name].shape == array.shape
        np.testing.assert_array_equal(state[name], array)


def test_the_same_weights_give_the_same_bytes() -> None:
    assert model_bytes(STATE) == model_bytes(STATE)


def test_each_record_starts_where_pytorch_would_place_it() -> None:
    content = model_bytes(STATE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            name, extra = struct.unpack_from("<HH", content, entry.header_offset + 26)
            assert (entry.header_offset + 30 + name + extra) % 64 == 0
            assert entry.compress_type == zipfile.ZIP_STORED


def test_the_pickle_is_of_the_protocol_that_pytorch_admits() -> None:
    opcodes = list(pickletools.genops(write_pickle({"a": (2, 3), "b": ()})))
    assert max(opcode.proto for opcode, _, _ in opcodes) == 2
    assert read_pickle(write_pickle({"a": (2, 3), "b": ()})) == {
        "a": Tensor("0", "f4", 6, 0, (2, 3), (3, 1)),
        "b": Tensor("1", "f4", 1, 0, (), ()),
    }


def test_a_part_of_a_record_in_another_order_is_read(tmp_path: Path) -> None:
    pickle = pickled(count=8, offset=1, shape=(2, 3), strides=(1, 2))
    numbers = np.arange(8, dtype="<f4").tobytes()
    path = write(tmp_path, stored({"data.pkl": pickle, "data/0": numbers}))
    np.testing.assert_array_equal(read_model_file(path)["w"], [[1, 3, 5], [2, 4, 6]])


def test_the_order_of_bytes_is_the_one_that_the_file_names(tmp_path: Path) -> None:
    numbers = np.arange(4, dtype=">f4").tobytes()
    records = {"data.pkl": pickled(), "byteorder": b"big", "data/0": numbers}
    np.testing.assert_array_equal(
        read_model_file(write(tmp_path, stored(records)))["w"], [0, 1, 2, 3]
    )


FOUR = np.zeros(4, dtype="<f4").tobytes()
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "not a zip file"),
    "text": (lambda: b"weights", "not a zip file"),
    "half a file": (lambda: model_bytes(STATE)[:900], "not a zip file"),
    "no list of tensors": (lambda: stored({"data/0": FOUR}), "no record data.pkl"),
    "no numbers": (lambda: stored({"data.pkl": pickled()}), "no record data/0"),
    "compressed records": (
        lambda: stored({"data.pkl": pickled(), "data/0": FOUR}, zipfile.ZIP_DEFLATED),
        "compressed",
    ),
    "fewer numbers than said": (
        lambda: stored({"data.pkl": pickled(), "data/0": FOUR[:8]}),
        "do not fit",
    ),
    "half a number": (lambda: stored({"data.pkl": pickled(), "data/0": FOUR[:7]}), "multiple"),
    "numbers past the end": (
        lambda: stored({"data.pkl": pickled(offset=1), "data/0": FOUR}),
        "do not fit",
    ),
    "one number repeated to fill the memory": (
        lambda: stored({"data.pkl": pickled(shape=(2**30, 2**30), strides=(0, 0)), "data/0": FOUR}),
        "do not fit",
    ),
    "steps backwards": (
        lambda: stored({"data.pkl": pickled(offset=3, strides=(-1,)), "data/0": FOUR}),
        "unknown way",
    ),
    "a tensor of no numbers": (
        lambda: stored({"data.pkl": pickled(shape=(0,)), "data/0": FOUR}),
        "do not fit",
    ),
    "a function of the system": (
        lambda: stored({"data.pkl": b"\x80\x02cposix\nsystem\nX\x02\0\0\0ls\x85R."}),
        "asks for posix.system",
    ),
    "a whole model": (
        lambda: stored({"data.pkl": b"\x80\x02c__main__\nNet\n)\x81."}),
        "asks for __main__.Net",
    ),
    "another instruction": (lambda: stored({"data.pkl": b"\x80\x02]."}), "EMPTY_LIST"),
    "a call of an allowed name as something else": (
        lambda: stored({"data.pkl": b"\x80\x02ctorch\nFloatStorage\n)R."}),
        "calls a function",
    ),
    "a number": (lambda: stored({"data.pkl": b"\x80\x02K\x01."}), "other than a dictionary"),
    "a dictionary in itself": (
        lambda: stored({"data.pkl": b"\x80\x02}q\0X\x01\0\0\0ah\0s."}),
        "other than a dictionary",
    ),
    "an empty stack": (lambda: stored({"data.pkl": b"\x80\x02R."}), "damaged"),
    "a memo that was never written": (lambda: stored({"data.pkl": b"\x80\x02h\5."}), "damaged"),
    "a pickle cut short": (lambda: stored({"data.pkl": b"\x80\x02X\xff\xff\xff\x7fab"}), "bytes"),
    "an order of bytes that there is not": (
        lambda: stored({"data.pkl": pickled(), "byteorder": b"middle", "data/0": FOUR}),
        "middle",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_else_is_refused_in_one_sentence(what: str, tmp_path: Path) -> None:
    make, reason = REFUSED[what]
    path = write(tmp_path, make())
    with pytest.raises(ValueError, match=r"^Expected a PyTorch state dict") as caught:
        read_model_file(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = write(tmp_path, model_bytes({"w": np.zeros(300_000)}))
    with pytest.raises(ValueError, match="at most 1,000,000 bytes"):
        read_model_file(path)


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a file"):
        read_model_file(tmp_path)


def test_no_damage_ends_in_anything_but_a_sentence(tmp_path: Path) -> None:
    content = model_bytes(STATE)
    draw = random.Random(1)
    refused = 0
    for _ in range(1500):
        damaged = bytearray(content)
        for _ in range(draw.choice((1, 1, 3, 20))):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            read_model_file(write(tmp_path, bytes(damaged)))
        except ValueError:
            refused += 1
    assert refused > 500


def test_no_damaged_list_ends_in_anything_but_a_sentence() -> None:
    content = write_pickle({name: array.shape for name, array in STATE.items()})
    draw = random.Random(1)
    refused = 0
    for _ in range(5000):
        damaged = bytearray(content)
        damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            read_pickle(bytes(damaged))
        except ValueError:
            refused += 1
    assert refused > 1000
