"""Folders of image files: thousands decoded in parallel, once, into a cached array.

The cache key contains the hashes of the files, so changed, added or removed files are noticed. The
array is memory-mapped and contains bytes.
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
from lib.data.arrays import open_array
from lib.data.cache import keep
from lib.data.hashes import file_sha256
from lib.data.locations import DataCorruptError, Publication, cache_folder, unreadable

PIECES = 20  # number of chunks of files, each a line of progress
SHARPNESS = 2.0  # a JPEG is decoded at no less than this multiple of the requested size
TOLERATED = 0.01  # tolerated share of undecodable files
NAMED = 5  # number of them listed in a message
IMAGES, READABLE = "images.npy", "readable.npy"


@dataclass(frozen=True)
class Decoded:
    """Image files, decoded.

    Attributes:
        images: (n, size, size, 3) uint8, one a file, memory-mapped; black where not readable.
        readable: (n,) False for a file that is no image, or a damaged one.
        undecodable: names of those files, with their folder's.
    """

    images: npt.NDArray[np.uint8]
    readable: npt.NDArray[np.bool_]
    undecodable: tuple[str, ...]


def decode(publication: Publication, files: Sequence[Path], size: int) -> Decoded:
    """Decode image files to squares of one size, in colour, from the cache where it has them.

    Images that are not square are cropped to the middle, and all are scaled to the size.

    Args:
        publication: what the files are of.
        files: in the order of the result.
        size: pixels per side.

    Raises:
        DataCorruptError: a file cannot be read from the disk, or more than `TOLERATED` of them
            are no images; they are named.
        DataNotFoundError: the cache cannot be written to.
    """
    import PIL

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(lambda file: _hash(publication, file), files))
    decoder = [size, SHARPNESS, PIL.__version__]  # other versions may round otherwise
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
                f"{TOLERATED:.0%} of them damaged. Received: {counted}; replace them by the "
                "published files."
            )
        progress.note(f"{publication.title}: {counted}; they are left out")
    images = open_array(folder / IMAGES, np.uint8, (len(files), size, size, 3))
    return Decoded(images, readable, bad)


def square(content: bytes, size: int) -> npt.NDArray[np.uint8] | None:
    """Decode an image file's content: (size, size, 3) uint8; None if it is damaged or no image."""
    from PIL import Image, ImageFile, ImageOps

    # Not a default to rely on: WeasyPrint, once imported, lets Pillow fill truncated images up.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content)) as image:
            enough = round(SHARPNESS * size)
            image.draft("RGB", (enough, enough))  # of a large JPEG, leaves out what is not needed
            fitted = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BICUBIC)
    except undecodable():
        return None
    return np.asarray(fitted)


def undecodable() -> tuple[type[Exception], ...]:
    """What Pillow raises on its way through a file that is no image, or a damaged one."""
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
