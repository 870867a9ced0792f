"""IDX files are read to the byte, or refused."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lib.data.files.idx import parse_idx


def packed(array: np.ndarray, kind: int = 0x08) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape)
    return header + array.tobytes()


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)))
def test_what_was_written_is_read(array: np.ndarray) -> None:
    np.testing.assert_array_equal(parse_idx(packed(array), array.ndim), array)


IMAGES = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"", "magic=, length=0", id="empty"),
        pytest.param(packed(IMAGES)[:10], "magic=00000803, length=10", id="header cut"),
        pytest.param(packed(IMAGES)[:-1], "Expected 12 values.*Received: 11", id="values cut"),
        pytest.param(packed(IMAGES) + b"!", "Expected 12 values.*Received: 13", id="too long"),
        pytest.param(packed(IMAGES[0]), "magic=00000802", id="labels for images"),
        pytest.param(packed(IMAGES, kind=0x0D), "magic=00000d03", id="floats"),
        pytest.param(b"\x89PNG" + bytes(40), "magic=89504e47", id="another format"),
    ],
)
def test_another_file_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_idx(content, ndim=3)


@given(st.binary(max_size=12), st.sampled_from([b"", b"\0\0\x08\x01\0\0\0"]))
def test_any_bytes_are_refused_or_read_to_the_last(rest: bytes, start: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert packed(parse_idx(start + rest, ndim=1)) == start + rest
