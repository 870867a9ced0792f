"""Fetch an archive of images as a stream, keeping shrunken copies of some of them.

For archives of many times the size of what is used: nothing else of it touches the disk.
"""

import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from lib import progress
from lib.data.image_folders import undecodable
from lib.data.locations import DataCorruptError, Publication, PublishedFile
from lib.data.remote import HashedStream, stream

QUALITY = 95  # of the JPEGs that are kept
TOGETHER = 64  # images that are held in memory at a time
MEGABYTE = 10**6


def shrink_into(
    folder: Path,
    publication: Publication,
    archive: PublishedFile,
    *,
    wanted: Callable[[str], Path | None],
    size: int,
) -> None:
    """Read an archive from its publisher, and write the wanted images, shrunk, below a folder.

    What is no image is written as it is, so that whoever decodes the folder names and counts it.

    Args:
        folder: made anew.
        publication: the data set, with the archive's addresses.
        archive: a .tar.gz.
        wanted: where a member goes, below the folder; None for one that is not wanted.
        size: pixels of the shorter side of what is kept; smaller images are kept as they are.

    Raises:
        DataNotFoundError: no address answers, or the connection breaks off.
        DataCorruptError: it is not the published archive. What was written is then to be removed.
    """
    with (
        progress.stage(f"{publication.title}, download"),
        stream(publication, archive) as source,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        try:
            members = _members(source, folder, wanted)
            while some := list(islice(members, TOGETHER)):
                list(pool.map(lambda member: _write(member, size), some))
                total = None if source.total is None else source.total // MEGABYTE
                progress.counted("MB", source.received // MEGABYTE, total)
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise DataCorruptError(
                f"Expected {publication.title}'s archive from its publisher. "
                f"Received: one that cannot be read ({error}); try again later."
            ) from error
        source.check()


def _members(
    source: HashedStream, folder: Path, wanted: Callable[[str], Path | None]
) -> Iterator[tuple[Path, bytes]]:
    with tarfile.open(fileobj=source, mode="r|gz") as archive:
        for entry in archive:
            place = wanted(entry.name) if entry.isfile() else None
            if place is not None:
                tarfile.data_filter(entry, str(folder))  # refuses a path that leads out of it
                opened = archive.extractfile(entry)
                yield folder / place, b"" if opened is None else opened.read()


def _write(member: tuple[Path, bytes], size: int) -> None:
    path, content = member
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_shrunk(content, size))


def _shrunk(content: bytes, size: int) -> bytes:
    """Shrink an image; one that is small enough, or undecodable, is given back as it is."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as image:
            if min(image.size) <= size:
                return content
            scale = size / min(image.size)
            shape = (round(image.width * scale), round(image.height * scale))
            small = image.convert("RGB").resize(shape, Image.Resampling.BICUBIC)
    except undecodable():
        return content
    written = io.BytesIO()
    small.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
