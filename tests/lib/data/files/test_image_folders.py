"""Image files are decoded once, in order; damaged ones are named, counted, and few or refused."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFile

from lib.data import DataCorruptError
from lib.data.files import image_folders
from lib.data.files.image_folders import decode, square
from lib.data.files.locations import Publication
from tests.lib.data.publishing import Places

PICTURES = Publication("Pictures", "pictures", None, ())


def encoded(grey: int, shape: tuple[int, int] = (9, 9), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", shape, (grey, 0, 255 - grey)).save(stream, kind)
    return stream.getvalue()


def write(folder: Path, n: int) -> list[Path]:
    files = []
    for number in range(n):
        file = folder / f"class {number % 2}" / f"{number:03}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoded(number))
        files.append(file)
    return files


def test_images_come_back_in_the_order_of_the_files(places: Places, tmp_path: Path) -> None:
    files = write(tmp_path / "pictures", 205)
    decoded = decode(PICTURES, files, 6)
    assert decoded.images.shape == (205, 6, 6, 3)
    assert decoded.images.dtype == np.uint8
    assert isinstance(decoded.images, np.memmap)
    assert decoded.images[:, 3, 3, 0].tolist() == list(range(205))
    assert (decoded.images[..., 2] == 255 - decoded.images[..., 0]).all()
    assert decoded.undecodable == ()


def test_a_second_call_decodes_nothing_until_a_file_changes(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write(tmp_path / "pictures", 4)
    asked = []

    def counted(content: bytes, size: int) -> NDArray[np.uint8] | None:
        asked.append(size)
        return square(content, size)

    monkeypatch.setattr(image_folders, "square", counted)
    decode(PICTURES, files, 6)
    decode(PICTURES, files, 6)
    assert asked == [6] * 4
    files[2].write_bytes(encoded(200))
    assert decode(PICTURES, files, 6).images[:, 0, 0, 0].tolist() == [0, 1, 200, 3]
    assert asked == [6] * 8
    assert decode(PICTURES, files[::-1], 6).images[:, 0, 0, 0].tolist() == [3, 200, 1, 0]
    decode(PICTURES, files, 5)
    assert asked[-4:] == [5] * 4


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [3, 8, 40])
def test_the_middle_of_an_oblong_image_is_taken(kind: str, size: int) -> None:
    image = np.zeros((20, 60, 3), np.uint8)
    image[:, 20:40] = 200
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, kind, **({"quality": 100} if kind == "JPEG" else {}))
    fitted = square(stream.getvalue(), size)
    assert fitted is not None
    assert fitted.shape == (size, size, 3)
    assert abs(fitted[:, size // 3 : -size // 3].astype(int) - 200).max() < 8


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK", "I;16"])
def test_an_image_of_any_mode_becomes_coloured_bytes(mode: str) -> None:
    stream = io.BytesIO()
    Image.new(mode, (5, 5)).save(stream, "TIFF")
    fitted = square(stream.getvalue(), 5)
    assert fitted is not None
    assert fitted.shape == (5, 5, 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not an image</html>",
        encoded(7)[:40],
        encoded(7, (90, 90), "JPEG")[:-300],
        encoded(7)[:41] + b"\0" * 4 + encoded(7)[45:],  # 41: where the pixels' stream begins
    ],
    ids=["empty", "another kind", "header alone", "truncated", "overwritten"],
)
def test_a_damaged_image_is_named_and_counted(
    content: bytes,
    places: Places,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    files = write(tmp_path / "pictures", 100)
    files[41].write_bytes(content)
    for _ in range(2):  # decoded, then from the cache
        decoded = decode(PICTURES, files, 6)
        assert decoded.undecodable == ("class 1/041.png",)
        assert np.flatnonzero(~decoded.readable).tolist() == [41]
        shown = " ".join(capsys.readouterr().err.split())
        assert "1 of 100 images cannot be decoded (class 1/041.png); skipping them" in shown


def test_more_than_one_damaged_image_in_a_hundred_stops(places: Places, tmp_path: Path) -> None:
    files = write(tmp_path / "pictures", 100)
    for file in (files[3], files[8]):
        file.write_bytes(b"")
    with pytest.raises(DataCorruptError) as raised:
        decode(PICTURES, files, 6)
    sentence = str(raised.value)
    assert f"Pictures's images in {tmp_path / 'pictures'}" in sentence
    assert "2 of 100 images cannot be decoded (class 1/003.png, class 0/008.png)" in sentence


def test_a_file_that_cannot_be_read_is_no_damaged_image(places: Places, tmp_path: Path) -> None:
    files = write(tmp_path / "pictures", 3)
    files[1].unlink()
    files[1].mkdir()
    with pytest.raises(DataCorruptError, match=rf"Received: {files[1]} \(Is a directory\)"):
        decode(PICTURES, files, 6)


def test_a_decode_that_fails_keeps_nothing(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write(tmp_path / "pictures", 3)

    def interrupted(content: bytes, size: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(image_folders, "square", interrupted)
    with pytest.raises(KeyboardInterrupt):
        decode(PICTURES, files, 6)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(places.cache.parent))
    kept = [path for path in (places.cache / "decoded").iterdir() if path.suffix != ".lock"]
    assert kept == []
    assert decode(PICTURES, files, 6).readable.all()
