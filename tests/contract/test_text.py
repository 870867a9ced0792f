"""Texts that people write: any editor's UTF-8 is read, anything else is named with its place."""

from pathlib import Path

import pytest

from contract import text


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without", "with"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["unix", "windows", "mac"])
def test_utf_8_is_read_with_a_mark_or_without(tmp_path: Path, mark: bytes, end: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(mark + "é".encode() + end + b"two" + end)
    assert text.read(file) == "é\ntwo\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            "one\ntwo é\n".encode("latin-1"),
            "a.txt:2:5: Expected text in UTF-8. Received: byte 0xe9",
        ),
        (
            "one\ntwo “x”\n".encode("cp1252"),
            "a.txt:2:5: Expected text in UTF-8. Received: byte 0x93",
        ),
        (b"\xef\xbb\xbfa\xff", "a.txt:1:2: Expected text in UTF-8. Received: byte 0xff"),
        ("é".encode()[:1], "cut off in the middle of a character"),
        ("é".encode("utf-16"), "a.txt: Expected text in UTF-8. Received: UTF-16"),
        (b"\xfe\xff\x00a", "Received: UTF-16"),
        ("é".encode("utf-32"), "Received: UTF-32"),
        ("ab".encode("utf-16-le"), "a.txt:1:2: Expected text. Received: control character U+0000"),
        (b"one\n\x1b[31m", "a.txt:2:1: Expected text. Received: control character U+001B"),
    ],
)
def test_other_encodings_are_named_with_file_and_place(
    tmp_path: Path, data: bytes, said: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    with pytest.raises(text.TextError) as refused:
        text.read(file, "a.txt")
    assert said in str(refused.value)


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for path, reason in (
        (tmp_path, "directory"),
        (tmp_path / "no", "no such"),
        (tmp_path / "loop", ""),
    ):
        with pytest.raises(text.TextError, match=f"{path.name}: Expected a file.*{reason}"):
            text.read(path)
