"""Read the files of a data set that is published as one archive, unpacked or from the archive.

Unpacked files are looked for in the folders of `locations`. Only if none has them is the archive
downloaded; it is read directly, without unpacking it to disk.
"""

import hashlib
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from lib.data.files.locations import (
    DataCorruptError,
    Publication,
    PublishedFile,
    data_folders,
    download,
    there,
)


def read_members(
    publication: Publication, archive: PublishedFile, members: Mapping[str, str]
) -> dict[str, bytes]:
    """Read a data set's files from the first data folder that has them, or else download them.

    Args:
        publication: the data set, with the folder of its unpacked files.
        archive: a .tar.gz of that folder; its `content_sha256` is ignored.
        members: SHA-256 of each file's content, by file name.

    Returns:
        The contents of all files, by name.

    Raises:
        DataCorruptError: some of the files are missing, or one differs from the published one.
        DataNotFoundError: no file is found and the archive cannot be downloaded.
    """
    for place in data_folders():
        for folder in (place / publication.folder, place):
            present = [name for name in members if there(folder / name, Path.is_file)]
            if present:
                return _from_folder(folder, publication, members)
    return _from_archive(download(publication, archive), publication, members)


def _from_folder(
    folder: Path, publication: Publication, members: Mapping[str, str]
) -> dict[str, bytes]:
    missing = [name for name in members if not (folder / name).is_file()]
    if missing:
        raise DataCorruptError(
            f"Expected {publication.title}'s {len(members)} files in {folder}. "
            f"Missing: {', '.join(missing)}. Add them, or remove the others."
        )
    contents = {}
    for name in members:
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            raise DataCorruptError(
                f"Expected a readable file. Received: {folder / name} ({error.strerror})."
            ) from error
    _check(contents, folder, publication, members)
    return contents


def _from_archive(
    path: Path, publication: Publication, members: Mapping[str, str]
) -> dict[str, bytes]:
    contents = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for entry in archive:
                name = Path(entry.name).name
                if name in members and entry.isfile():
                    opened = archive.extractfile(entry)
                    contents[name] = opened.read() if opened is not None else b""
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataCorruptError(
            f"Expected {publication.title}'s archive. Received: {path} ({error}). Delete it, "
            "and it will be downloaded again."
        ) from error
    missing = [name for name in members if name not in contents]
    if missing:
        raise DataCorruptError(
            f"Expected {publication.title}'s {len(members)} files in {path}. "
            f"Missing: {', '.join(missing)}."
        )
    _check(contents, path, publication, members)
    return contents


def _check(
    contents: Mapping[str, bytes], where: Path, publication: Publication, members: Mapping[str, str]
) -> None:
    for name, expected in members.items():
        received = hashlib.sha256(contents[name]).hexdigest()
        if received != expected:
            raise DataCorruptError(
                f"Expected {publication.title}'s {name} (sha256={expected}). "
                f"Received: {where / name} (sha256={received}, {len(contents[name])} bytes); "
                "replace it with the published file."
            )
