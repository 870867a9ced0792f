"""Pickles: arrays and plain containers are read, whatever else is asked for is refused by name."""

import datetime as dt
import os
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.data.files.pickled import UnsafePickleError, read_pickle

# What Python 2 with NumPy 1 wrote for {"data": array([[1, 2], [3, 4]], "u1"), "labels": [6, 9]},
# put together by hand: its texts are bytes here, its names are those of the old NumPy.
OF_PYTHON_2 = (
    b"\x80\x02}q\x00(U\x04dataq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02"
    b"cnumpy\nndarray\nq\x03K\x00\x85U\x01b\x87Rq\x04(K\x01K\x02K\x02\x86"
    b"cnumpy\ndtype\nq\x05U\x02u1K\x00K\x01\x87Rq\x06(K\x03U\x01|NNNJ\xff\xff\xff\xff"
    b"J\xff\xff\xff\xffK\x00tb\x89U\x04\x01\x02\x03\x04tbU\x06labelsq\x07]q\x08(K\x06K\x09eu."
)


class Runs:
    """What a pickle can be made to do."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def test_a_batch_as_python_2_wrote_it_is_read() -> None:
    batch = read_pickle(OF_PYTHON_2)
    assert set(batch) == {b"data", b"labels"}
    assert batch[b"data"].dtype == np.uint8
    assert batch[b"data"].tolist() == [[1, 2], [3, 4]]
    assert batch[b"labels"] == [6, 9]


@pytest.mark.parametrize("protocol", [3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", ">i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_back_as_they_were(protocol: int, dtype: str, order: Any) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype, order=order)
    found = read_pickle(pickle.dumps({"a": [array, (1, "two")]}, protocol))
    assert found["a"][0].dtype == array.dtype
    np.testing.assert_array_equal(found["a"][0], array)
    assert found["a"][1] == (1, "two")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
        max_leaves=20,
    )
)
def test_plain_containers_come_back_as_they_were(value: object) -> None:
    assert read_pickle(pickle.dumps(value)) == value


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (Runs(os.system, "echo caught > {}"), r"(posix|nt)\.system"),
        (Runs(eval, "open({!r}, 'w')"), "builtins.eval"),
        (dt.date(2009, 4, 8), "datetime.date"),
        (np.array(["text", None], dtype=object), "dtype='O8'"),
        (np.array(["text"]), "dtype='U4'"),
        (np.dtype("u1"), "_Dtype"),
        (np.ndarray, "_Array"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_asks_for_more_is_refused_and_does_not_run(
    value: object, named: str, tmp_path: Any
) -> None:
    trace = tmp_path / "trace"
    if isinstance(value, Runs):
        function, (argument,) = value.call
        value = Runs(function, argument.format(trace))
    with pytest.raises(UnsafePickleError, match=named):
        read_pickle(pickle.dumps([value], 3))
    assert not trace.exists()


@pytest.mark.parametrize("length", range(len(OF_PYTHON_2)))
def test_a_truncated_pickle_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"complete pickle. Received: {length} bytes"):
        read_pickle(OF_PYTHON_2[:length])


@pytest.mark.parametrize("position", range(len(OF_PYTHON_2)))
def test_a_changed_byte_gives_plain_values_or_a_value_error(position: int) -> None:
    for change in (1, 64, 255):
        changed = bytearray(OF_PYTHON_2)
        changed[position] ^= change
        try:
            found = read_pickle(bytes(changed))
        except ValueError:
            continue
        assert type(found) in {dict, list, tuple, int, str, bytes, float, bool, type(None)}


def test_a_container_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="RecursionError"):
        read_pickle(pickle.dumps(loop))


def test_an_array_that_claims_another_size_is_refused() -> None:
    claims_five_rows = OF_PYTHON_2.replace(b"(K\x01K\x02K\x02\x86", b"(K\x01K\x05K\x02\x86")
    with pytest.raises(ValueError, match="Expected 10 bytes"):
        read_pickle(claims_five_rows)


def encoding(*arguments: Any, name: str = "encode") -> bytes:
    """A pickle that calls a function of `_codecs` on some arguments."""
    parts = pickle.dumps(arguments, 2)[2:-1]
    return b"\x80\x02c_codecs\n" + name.encode() + b"\n" + parts + b"R."


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_bytes_that_python_3_wrote_for_python_2_are_read(protocol: int) -> None:
    batch = {b"data": np.arange(256, dtype=np.uint8), b"names": [bytes(range(256))] * 3}
    found = read_pickle(pickle.dumps(batch, protocol))
    np.testing.assert_array_equal(found[b"data"], batch[b"data"])
    assert found[b"names"] == batch[b"names"]


@pytest.mark.parametrize(
    "content",
    [
        encoding("a", "utf-8"),
        encoding("a", "latin-1"),
        encoding("a", "rot13"),
        encoding("a", "zlib_codec"),
        encoding("a", b"latin1"),
        encoding(b"a", "latin1"),
        encoding("a", "latin1", "ignore"),
        encoding("a"),
        encoding("\u20ac", "latin1"),
        encoding("a", "latin1", name="decode"),
        encoding("a", name="lookup"),
        encoding(print, name="register"),
        b"\x80\x02c_codecs\nencode\n.",
        b"\x80\x02(lp0\nc_codecs\nencode\na.",
        b"\x80\x02c_codecs\nencode\n}(X\x01\x00\x00\x00aK\x01ub.",
        pickle.dumps("a", 2)[:-1] + b"0ccodecs\nencode\n(X\x01\x00\x00\x00atR.",
    ],
)
def test_nothing_else_of_the_codecs_is_admitted(content: bytes) -> None:
    with pytest.raises(ValueError, match="Received"):
        read_pickle(content)


def test_a_text_that_is_encoded_again_and_again_is_refused() -> None:
    text = b"X" + (1000).to_bytes(4, "little") + b"a" * 1000 + b"q\x00"
    again = b"c_codecs\nencode\n(h\x00X\x06\x00\x00\x00latin1tR"
    bomb = b"\x80\x02(" + text + again * 100 + b"l."
    with pytest.raises(UnsafePickleError, match="a pickle that expands when read"):
        read_pickle(bomb)
