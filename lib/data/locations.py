"""Find a published file: folders of VOUCH_DATA, the system's, the cache, then the publisher.

Whatever is found must have the content that its data set names by hash; a file that has not is
refused by name, for passing over it would hide that something is wrong with it.

`pooch` and `requests` are imported where a download starts: all other runs save their 0.3 s.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from requests import Response

SYSTEM_FOLDERS = (Path("/usr/share/datasets"),)
TIMEOUT = (5.0, 30.0)  # seconds to connect, seconds without a byte


class DataNotFoundError(FileNotFoundError):
    """A data set is in none of the places, and its publisher could not be reached."""


class DataCorruptError(ValueError):
    """A data file is there, but is not what its publisher published."""


@dataclass(frozen=True)
class Publication:
    """A data set as published: what it is called, and where it is to be had.

    Attributes:
        title: its name in sentences.
        folder: the folder below any of the places that holds its files.
        package: the Debian package that installs it; None where there is none.
        addresses: folders on the net, the publisher's first.
    """

    title: str
    folder: str
    package: str | None
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class PublishedFile:
    """One gzipped file of a data set.

    Attributes:
        name: its file name, ending in .gz.
        download_sha256: hash of the file as its publisher serves it.
        content_sha256: hash of what is in it: others pack the same content anew.
    """

    name: str
    download_sha256: str
    content_sha256: str


def cache_folder() -> Path:
    """Folder that downloads go to: below XDG_CACHE_HOME, or below ~/.cache."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG base directory specification: "all paths must be absolute", others are ignored.
    return (configured if configured.is_absolute() else Path.home() / ".cache") / "vouch"


def data_folders() -> tuple[Path, ...]:
    """Folders to look through, in order."""
    named = os.environ.get("VOUCH_DATA", "").split(os.pathsep)
    chosen = tuple(Path(name).expanduser().absolute() for name in named if name)
    return (*chosen, *SYSTEM_FOLDERS, cache_folder())


def read_published(publication: Publication, file: PublishedFile) -> bytes:
    """Read a file from the first place that has it, downloading it where none has.

    Returns:
        What the file holds, unpacked, with the hash that `file` names.

    Raises:
        DataCorruptError: if the file found is truncated, altered or unreadable.
        DataNotFoundError: if no place has it and it cannot be downloaded.
    """
    for path in _candidates(publication, file):
        try:
            packed = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise DataCorruptError(
                f"Expected a file that can be read. Received: {path} ({error.strerror}); "
                f"{_remedy(path, publication)}."
            ) from error
        return _unpacked(packed, path, publication, file)
    path = download(publication, file)
    return _unpacked(path.read_bytes(), path, publication, file)


def download(publication: Publication, file: PublishedFile) -> Path:
    """Fetch a file into the cache from the first address that answers.

    Raises:
        DataCorruptError: if what an address serves is not the published file.
        DataNotFoundError: if no address answers, or the cache cannot be written.
    """
    import pooch
    from requests.exceptions import RequestException

    folder = cache_folder() / publication.folder
    failures = []
    for address in publication.addresses:
        try:
            path = pooch.retrieve(
                f"{address}/{file.name}",
                known_hash=f"sha256:{file.download_sha256}",
                fname=file.name,
                path=folder,
                downloader=pooch.HTTPDownloader(timeout=TIMEOUT),
            )
        except RequestException as error:  # before ValueError and OSError: it may be either, too
            failures.append(f"{urlsplit(address).netloc}: {_reason(error.response)}")
        except ValueError as error:
            raise DataCorruptError(
                f"Expected the published file (sha256={file.download_sha256}). Received: another "
                f"from {address}/{file.name}; try again later, or {_ways_to_get(publication)}."
            ) from error
        except OSError as error:
            raise DataNotFoundError(
                f"{publication.title} cannot be saved in {folder} ({error}): "
                f"set XDG_CACHE_HOME to a folder that can be written, "
                f"or {_ways_to_get(publication)}."
            ) from error
        else:
            return Path(path)
    raise DataNotFoundError(_not_found(publication, file, failures))


def _candidates(publication: Publication, file: PublishedFile) -> Iterator[Path]:
    for folder in data_folders():
        yield folder / publication.folder / file.name
        yield folder / file.name


def _unpacked(packed: bytes, path: Path, publication: Publication, file: PublishedFile) -> bytes:
    try:
        content = gzip.decompress(packed)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        state = "truncated" if isinstance(error, EOFError) else "damaged"
        raise DataCorruptError(
            f"Expected a complete gzip file. Received: {path}, {state} ({len(packed)} bytes); "
            f"{_remedy(path, publication)}."
        ) from error
    received = hashlib.sha256(content).hexdigest()
    if received != file.content_sha256:
        raise DataCorruptError(
            f"Expected {publication.title}'s {file.name} (content sha256={file.content_sha256}). "
            f"Received: {path} (content sha256={received}); {_remedy(path, publication)}."
        )
    return content


def _remedy(path: Path, publication: Publication) -> str:
    if publication.package and any(folder in path.parents for folder in SYSTEM_FOLDERS):
        return f"mend it with `apt-get install --reinstall {publication.package}`"
    return "replace it by the published file, or remove it to have it looked for elsewhere"


def _ways_to_get(publication: Publication) -> str:
    package = f"install Debian's package {publication.package}, or " if publication.package else ""
    return f"{package}set VOUCH_DATA to a folder that holds {publication.folder}/"


def _reason(response: "Response | None") -> str:
    if response is None:
        return "connection failed"
    response.close()  # pooch leaves the connection of a refused request open
    return f"HTTP {response.status_code}"


def _not_found(publication: Publication, file: PublishedFile, failures: list[str]) -> str:
    places = [
        str(folder) if folder.is_dir() else f"{folder} (no such folder)"
        for folder in data_folders()
    ]
    return (
        f"{publication.title} ({file.name}) was not found below {', '.join(places)} and could not "
        f"be downloaded ({', '.join(failures)}): {_ways_to_get(publication)}, or go online."
    )
