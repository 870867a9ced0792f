"""Images are hashed by their pixels, however their rows are stored."""

import base64
import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
)

from report.pages import drawing

SIDE = 24


def picture(channels: int) -> np.ndarray:
    """A slope with noise: for each of PNG's five filters there are rows that it suits best."""
    random = np.random.default_rng(1)
    slope = np.add.outer(np.arange(SIDE) * 5, np.arange(SIDE) * 3)[..., None]
    noisy = slope + random.integers(0, 3, (SIDE, SIDE, channels))
    noisy[: SIDE // 4] = random.integers(0, 256, (SIDE // 4, SIDE, channels))
    return noisy.astype(np.uint8)


def filtered(pixels: np.ndarray) -> bytes:
    """Store rows by each of PNG's filters in turn."""
    rows, zero = [], np.zeros(pixels.shape[1:], np.int64)
    for number, row in enumerate(pixels.astype(np.int64)):
        up = pixels[number - 1].astype(np.int64) if number else zero
        left = np.vstack([zero[:1], row[:-1]])
        corner = np.vstack([zero[:1], up[:-1]])
        guess = left + up - corner
        away = np.stack([abs(guess - each) for each in (left, up, corner)])
        paeth = np.choose(away.argmin(axis=0), [left, up, corner])
        taken = [zero, left, up, (left + up) // 2, paeth][number % 5]
        rows.append(bytes([number % 5]) + ((row - taken) % 256).astype(np.uint8).tobytes())
    return zlib.compress(b"".join(rows))


def stream(rows: bytes, *, channels: int, listed: bool = False) -> EncodedStreamObject:
    about = {"Predictor": 15, "Columns": SIDE, "Colors": channels, "BitsPerComponent": 8}
    asked = DictionaryObject({NameObject(f"/{k}"): NumberObject(v) for k, v in about.items()})
    name = NameObject("/FlateDecode")
    item = EncodedStreamObject()
    item[NameObject("/Height")] = NumberObject(SIDE)
    item[NameObject("/Filter")] = ArrayObject([name]) if listed else name
    item[NameObject("/DecodeParms")] = ArrayObject([asked]) if listed else asked
    item._data = rows
    return item


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_rows_of_every_filter_give_the_pixels_and_what_pypdf_gives(
    channels: int, listed: bool
) -> None:
    pixels = picture(channels)
    item = stream(filtered(pixels), channels=channels, listed=listed)
    assert drawing._pixels(item) == pixels.tobytes() == item.get_data()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_image_as_reports_embed_it_is_not_left_to_pypdf(mode: str) -> None:
    import weasyprint

    png = io.BytesIO()
    Image.fromarray(picture(3)).convert(mode).save(png, "PNG")
    page = f'<img src="data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}">'
    written = io.BytesIO(weasyprint.HTML(string=page).write_pdf())
    (shown,) = PdfReader(written).pages[0]["/Resources"]["/XObject"].values()  # type: ignore[index]
    image = shown.get_object()
    assert drawing._pixels(image) == image.get_data()


def test_rows_that_are_cut_off_are_left_to_pypdf() -> None:
    whole = zlib.decompress(filtered(picture(3)))
    item = stream(zlib.compress(whole[: len(whole) // 2]), channels=3)
    assert drawing._pixels(item) is None
    assert drawing._decoded(item) == item.get_data()


def test_what_is_no_image_of_bytes_is_left_to_pypdf() -> None:
    assert drawing._pixels(DecodedStreamObject()) is None
    assert drawing._pixels(stream(filtered(picture(3)), channels=4)) is None
    odd = stream(filtered(picture(3)), channels=3)
    odd[NameObject("/DecodeParms")][NameObject("/Colors")] = ArrayObject()  # type: ignore[index]
    assert drawing._pixels(odd) is None


def test_a_picture_stored_in_another_way_draws_the_same(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    Image.fromarray(picture(3)).save(path, "PDF", resolution=72)
    pixels = picture(3)

    def with_picture(item: EncodedStreamObject | DecodedStreamObject) -> str:
        writer = PdfWriter(clone_from=PdfReader(path))
        pictures = writer.pages[0]["/Resources"]["/XObject"]  # type: ignore[index]
        (name,) = pictures
        old = pictures[name].get_object()
        for key in ("/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace"):
            item[NameObject(key)] = old[key]
        pictures[NameObject(name)] = writer._add_object(item)
        written = io.BytesIO()
        writer.write(written)
        (drawn,) = drawing.drawings(PdfReader(written))
        return drawn.sha256

    bare = DecodedStreamObject()
    bare.set_data(pixels.tobytes())
    other = DecodedStreamObject()
    other.set_data((255 - pixels).tobytes())
    stored = with_picture(stream(filtered(pixels), channels=3))
    assert stored == with_picture(bare)
    assert stored != with_picture(other)
