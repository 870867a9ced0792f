"""Find a published file in VOUCH_DATA, system folders or the cache, or else at its publisher.

A file's content must match the hash given by its data set. A mismatch is reported, not skipped,
because skipping would hide the problem.

`pooch` and `requests` are imported only for a download, which saves 0.3 s otherwise.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lib.data.files.hashes import file_sha256

if TYPE_CHECKING:
    from requests.exceptions import RequestException

SYSTEM_FOLDERS = (Path("/usr/share/datasets"),)
TIMEOUT = (5.0, 30.0)  # seconds to connect, seconds between bytes


class DataNotFoundError(FileNotFoundError):
    """A data set was not found, and its publisher could not be reached."""


class DataCorruptError(ValueError):
    """A data file exists, but differs from the published one."""


@dataclass(frozen=True)
class Publication:
    """A published data set: its name, and where to get it.

    Attributes:
        title: display name.
        folder: name of its folder below a data folder.
        package: Debian package that installs it; None if there is none.
        addresses: base URLs, the publisher's first.
    """

    title: str
    folder: str
    package: str | None
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class PublishedFile:
    """One file of a data set.

    Attributes:
        name: its file name.
        download_sha256: hash of the file as its publisher serves it.
        content_sha256: for a gzipped file, hash of its content, which others may recompress.
    """

    name: str
    download_sha256: str
    content_sha256: str = ""


def cache_folder() -> Path:
    """Return the folder for downloads, below XDG_CACHE_HOME or ~/.cache."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG base directory specification: "all paths must be absolute"; others are ignored.
    return (configured if configured.is_absolute() else Path.home() / ".cache") / "vouch"


def data_folders() -> tuple[Path, ...]:
    """Return the folders to search, in order."""
    named = os.environ.get("VOUCH_DATA", "").split(os.pathsep)
    chosen = tuple(_expanded(name).absolute() for name in named if name)
    return (*chosen, *SYSTEM_FOLDERS, cache_folder())


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # there is no such user
        return Path(name)


def there(path: Path, kind: Callable[[Path], bool] = Path.exists) -> bool:
    """Whether a file or folder is there; one that may not be looked into holds nothing for us."""
    try:
        return kind(path)
    except OSError:
        return False


def find(publication: Publication, name: str) -> Path | None:
    """Find a file or folder of a data set in the first data folder that has it; None if none does.

    Args:
        publication: the data set.
        name: path below the data set's folder, or directly below a data folder.
    """
    return next((path for path in _candidates(publication, name) if there(path)), None)


def locate(publication: Publication, file: PublishedFile) -> Path:
    """Find a file as its publisher serves it, downloading it if it is not found.

    Raises:
        DataCorruptError: if the file found differs from the published one, or cannot be read.
        DataNotFoundError: if it is not found and cannot be downloaded.
    """
    path = find(publication, file.name)
    if path is None:
        return download(publication, file)  # which checks the hash
    try:
        received = file_sha256(path)
    except OSError as error:
        raise unreadable(path, error, publication) from error
    if received != file.download_sha256:
        raise DataCorruptError(
            f"Expected {publication.title}'s {file.name} (sha256={file.download_sha256}). "
            f"Received: {path} (sha256={received}, {path.stat().st_size} bytes); "
            f"{remedy(path, publication)}."
        )
    return path


def read_published(publication: Publication, file: PublishedFile) -> bytes:
    """Read a gzipped file from the first data folder that has it, or else download it.

    Returns:
        The decompressed content, checked against the hash in `file`.

    Raises:
        DataCorruptError: if the file found is truncated, altered or unreadable.
        DataNotFoundError: if it is not found and cannot be downloaded.
    """
    path = find(publication, file.name) or download(publication, file)
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error, publication) from error
    return _unpacked(packed, path, publication, file)


def download(publication: Publication, file: PublishedFile) -> Path:
    """Fetch a file into the cache from the first address that answers.

    Raises:
        DataCorruptError: if what an address serves is not the published file.
        DataNotFoundError: if no address answers, or the cache cannot be written to.
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
        except RequestException as error:  # before ValueError and OSError: it may be either
            failures.append(failure(address, error))
        except ValueError as error:
            raise DataCorruptError(
                f"Expected the published file (sha256={file.download_sha256}). Received: a "
                f"different file from {address}/{file.name}; try again later, or "
                f"{_ways_to_get(publication)}."
            ) from error
        except OSError as error:
            raise unwritable(folder, error) from error
        else:
            return Path(path)
    raise not_found(publication, file.name, failures)


def _candidates(publication: Publication, name: str) -> Iterator[Path]:
    for folder in data_folders():
        yield folder / publication.folder / name
        yield folder / name


def unreadable(path: Path, error: OSError, publication: Publication) -> DataCorruptError:
    """Return the error for an existing file that cannot be read."""
    return DataCorruptError(
        f"Expected a readable file. Received: {path} ({error.strerror}); "
        f"{remedy(path, publication)}."
    )


def _unpacked(packed: bytes, path: Path, publication: Publication, file: PublishedFile) -> bytes:
    try:
        content = gzip.decompress(packed)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        state = "truncated" if isinstance(error, EOFError) else "damaged"
        raise DataCorruptError(
            f"Expected a complete gzip file. Received: {path}, {state} ({len(packed)} bytes); "
            f"{remedy(path, publication)}."
        ) from error
    received = hashlib.sha256(content).hexdigest()
    if received != file.content_sha256:
        raise DataCorruptError(
            f"Expected {publication.title}'s {file.name} (content sha256={file.content_sha256}). "
            f"Received: {path} (content sha256={received}); {remedy(path, publication)}."
        )
    return content


def remedy(path: Path, publication: Publication) -> str:
    """Say what to do about a file that differs from the published one."""
    if publication.package and any(folder in path.parents for folder in SYSTEM_FOLDERS):
        return f"replace it with `apt-get install --reinstall {publication.package}`"
    return "replace it with the published file, or delete it to search elsewhere"


def _ways_to_get(publication: Publication) -> str:
    package = f"install Debian's package {publication.package}, or " if publication.package else ""
    return f"{package}set VOUCH_DATA to the folder that contains {publication.folder}/"


def failure(address: str, error: "RequestException") -> str:
    """Describe briefly why a download failed, and close the connection."""
    reason = "connection failed"
    if error.response is not None:
        error.response.close()  # pooch leaves the connection of a refused request open
        reason = f"HTTP {error.response.status_code}"
    return f"{urlsplit(address).netloc}: {reason}"


def unwritable(folder: Path, error: OSError) -> DataNotFoundError:
    """Return the error for a cache that cannot be written to."""
    return DataNotFoundError(
        f"Expected a writable cache folder. Received: {folder} ({error}); "
        "set XDG_CACHE_HOME to another folder."
    )


def not_found(
    publication: Publication, name: str, failures: Sequence[str] = (), how: str = ""
) -> DataNotFoundError:
    """Return the error for a missing file: where it was looked for, and how to get it.

    Args:
        publication: the data set.
        name: name of the missing file or folder.
        failures: from `failure`, one per address; empty if there are no addresses.
        how: how to get it, if not in the usual way.
    """
    places = [
        str(folder) if there(folder, Path.is_dir) else f"{folder} (no such folder)"
        for folder in data_folders()
    ]
    online = f" and could not be downloaded ({', '.join(failures)})" if failures else ""
    ways = _ways_to_get(publication) + (", or connect to the internet" if failures else "")
    return DataNotFoundError(
        f"{publication.title} ({name}) was not found below {', '.join(places)}{online}: "
        f"{how or ways}."
    )
