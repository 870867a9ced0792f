"""A report that cannot be put where it is asked for: one sentence, and nothing half-written."""

from pathlib import Path

import pytest

from report.errors import ReportError
from report.output import write


def test_a_file_is_put_whole_and_a_link_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real.pdf", tmp_path / "link.pdf"
    real.write_bytes(b"before")
    link.symlink_to(real)
    write(link, b"after")
    assert link.is_symlink()
    assert real.read_bytes() == b"after"
    write(tmp_path / "new" / "deep" / "a.pdf", b"new")
    assert (tmp_path / "new" / "deep" / "a.pdf").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["", "file/a.pdf", "x" * 300, "a\x00b.pdf"], ids=["folder", "file", "long", "nul"]
)
def test_a_place_that_cannot_be_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReportError, match=r"^Expected .*Received: "):
        write(tmp_path / name, b"data")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(ReportError, match="a device"):
        write(Path("/dev/full"), b"data")
    assert Path("/dev/full").is_char_device()


def test_a_disk_that_is_full_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"before")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write(tmp_path / "a.pdf", b"after")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a.pdf": b"before"}
