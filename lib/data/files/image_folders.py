"""Decode folders of thousands of image files in parallel, once, into a cached array.

The cache key contains the hashes of the files, so changed, added or removed files are noticed. The
array is memory-mapped uint8.
"""

import hashlib
import io
import json
import os
import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lib import progress
from lib.data.cache import keep
from lib.data.files.arrays import open_array
from lib.data.files.hashes import file_sha256
from lib.data.files.locations import DataCorruptError, Publication, cache_folder, unreadable

PIECES = 20  # number of chunks of files, one line of progress each
SHARPNESS = 2.0  # a JPEG is decoded at no less than this multiple of the requested size
TOLERATED = 0.01  # tolerated share of undecodable files
NAMED = 5  # number of undecodable files listed in a message
IMAGES, READABLE = "images.npy", "readable.npy"


@dataclass(frozen=True)
class Decoded:
    """Image files, decoded.

    Attributes:
        images: (n, size, size, 3) uint8, one per file, memory-mapped; black if not readable.
        readable: (n,) bool; False for files that are damaged or not images.
        undecodable: names of those files, as folder/name.
    """

    images: npt.NDArray[np.uint8]
    readable: npt.NDArray[np.bool_]
    undecodable: tuple[str, ...]


def decode(publication: Publication, files: Sequence[Path], size: int) -> Decoded:
    """Decode image files to RGB squares of one size, or take them from the cache.

    Non-square images are centre-cropped, and all are scaled to the size.

    Args:
        publication: the data set of the files.
        files: image files, in the order of the result.
        size: height and width of the result, pixels.

    Raises:
        DataCorruptError: a file cannot be read from disk, or more than `TOLERATED` of them cannot
            be decoded; the message names them.
        DataNotFoundError: the cache cannot be written to.
    """
    import PIL

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(lambda file: _hash(publication, file), files))
    decoder = [size, SHARPNESS, PIL.__version__]  # other versions may round differently
    key = hashlib.sha256(json.dumps([decoder, hashes]).encode()).hexdigest()[:32]

    def make(folder: Path) -> None:
        folder.mkdir()
        with progress.stage(f"{publication.title}, images"):
            readable = _decode_into(folder / IMAGES, files, size)
        np.save(folder / READABLE, readable)

    folder = keep(cache_folder() / "decoded" / f"{publication.folder}-{size}-{key}", make)
    readable = open_array(folder / READABLE, np.bool_, (len(files),))
    bad = tuple(
        f"{files[at].parent.name}/{files[at].name}" for at in np.flatnonzero(~readable).tolist()
    )
    if bad:
        named = ", ".join(bad[:NAMED]) + (" and others" if len(bad) > NAMED else "")
        counted = f"{len(bad)} of {len(files)} images cannot be decoded ({named})"
        if len(bad) > TOLERATED * len(files):
            raise DataCorruptError(
                f"Expected {publication.title}'s images in {files[0].parent.parent}, at most "
                f"{TOLERATED:.0%} of them damaged. Received: {counted}; replace them with "
                "the published files."
            )
        progress.note(f"{publication.title}: {counted}; skipping them")
    images = open_array(folder / IMAGES, np.uint8, (len(files), size, size, 3))
    return Decoded(images, readable, bad)


def square(content: bytes, size: int) -> npt.NDArray[np.uint8] | None:
    """Decode an image file's content: (size, size, 3) uint8; None if damaged or not an image."""
    from PIL import Image, ImageFile, ImageOps

    # Do not rely on the default: importing WeasyPrint makes Pillow pad truncated images.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content)) as image:
            enough = round(SHARPNESS * size)
            image.draft("RGB", (enough, enough))  # decodes a large JPEG at reduced size
            fitted = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BICUBIC)
    except undecodable():
        return None
    return np.asarray(fitted)


def undecodable() -> tuple[type[Exception], ...]:
    """Return what Pillow raises for a file that is damaged or not an image."""
    from PIL.Image import DecompressionBombError

    broken = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)
    return (*broken, DecompressionBombError)


def _decode_into(path: Path, files: Sequence[Path], size: int) -> npt.NDArray[np.bool_]:
    images = np.lib.format.open_memmap(path, "w+", np.uint8, (len(files), size, size, 3))
    readable = np.ones(len(files), dtype=np.bool_)

    together = max(1, len(files) // PIECES)

    def decode_some(start: int) -> int:
        some = files[start : start + together]
        for place, file in enumerate(some, start):
            decoded = square(file.read_bytes(), size)
            if decoded is None:
                readable[place] = False
            else:
                images[place] = decoded
        return len(some)

    done = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in pool.map(decode_some, range(0, len(files), together)):
            done += number
            progress.counted("images", done, len(files))
    images.flush()
    return readable


def _hash(publication: Publication, file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError as error:
        raise unreadable(file, error, publication) from error
