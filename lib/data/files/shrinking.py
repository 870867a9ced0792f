"""Stream an archive of images, keeping shrunken copies of some of them.

For archives many times larger than what is used: nothing else is written to disk.
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
from lib.data.files.image_folders import undecodable
from lib.data.files.locations import DataCorruptError, Publication, PublishedFile
from lib.data.files.remote import HashedStream, stream

QUALITY = 95  # JPEG quality of the copies
TOGETHER = 64  # images held in memory at a time
MEGABYTE = 10**6


def shrink_into(
    folder: Path,
    publication: Publication,
    archive: PublishedFile,
    *,
    wanted: Callable[[str], Path | None],
    size: int,
) -> None:
    """Stream an archive from its publisher, and write the wanted images, shrunk, to a folder.

    Undecodable files are written unchanged, so that decoding the folder counts and names them.

    Args:
        folder: folder to create.
        publication: the data set, with the archive's addresses.
        archive: a .tar.gz.
        wanted: maps a member's name to its path below the folder; None if it is not wanted.
        size: shorter side of the copies, pixels; smaller images are kept as they are.

    Raises:
        DataNotFoundError: no address answers, or the connection breaks off.
        DataCorruptError: it is not the published archive; the caller must remove what was written.
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
                f"Received: an unreadable archive ({error}); try again later."
            ) from error
        source.check()


def _members(
    source: HashedStream, folder: Path, wanted: Callable[[str], Path | None]
) -> Iterator[tuple[Path, bytes]]:
    with tarfile.open(fileobj=source, mode="r|gz") as archive:
        for entry in archive:
            place = wanted(entry.name) if entry.isfile() else None
            if place is not None:
                tarfile.data_filter(entry, str(folder))  # refuses a path outside the folder
                opened = archive.extractfile(entry)
                yield folder / place, b"" if opened is None else opened.read()


def _write(member: tuple[Path, bytes], size: int) -> None:
    path, content = member
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_shrunk(content, size))


def _shrunk(content: bytes, size: int) -> bytes:
    """Shrink an image; return it unchanged if it is small enough or undecodable."""
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
