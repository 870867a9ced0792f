"""Read a publisher's file without saving it: its first bytes, or all of it as a stream.

Both are for files that are mostly not needed. For files to keep whole, use `locations.download`.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from lib.data.files.locations import (
    TIMEOUT,
    DataCorruptError,
    Publication,
    PublishedFile,
    failure,
    not_found,
)

if TYPE_CHECKING:
    from requests import Response

PIECE = 1 << 20  # bytes read at a time
PARTIAL = 206  # HTTP status of a response with part of the file


def first_bytes(publication: Publication, name: str, n: int) -> tuple[bytes, int]:
    """Fetch the first bytes of a file from the first address that answers.

    Args:
        publication: the data set, with its addresses.
        name: file name.
        n: number of bytes to fetch.

    Returns:
        The first `n` bytes, or all if there are fewer, and the size of the whole file in bytes.

    Raises:
        DataNotFoundError: no address answers.
        DataCorruptError: the response ends early.
    """
    with _answer(publication, name, {"Range": f"bytes=0-{n - 1}"}) as response:
        total = _size(response)
        content = b"".join(_pieces(response, n))[:n]
        if len(content) != min(n, total):
            raise DataCorruptError(
                f"Expected the first {min(n, total)} bytes of {response.url}. "
                f"Received: {len(content)}; try again later."
            )
    return content, total


def _size(response: "Response") -> int:
    """Read the size of the whole file from the answer to a request for a part of it."""
    try:
        if response.status_code == PARTIAL:
            return int(response.headers["Content-Range"].rpartition("/")[2])
        # A server without range support starts sending the whole file.
        return int(response.headers["Content-Length"])
    except (KeyError, ValueError) as error:
        raise DataCorruptError(
            f"Expected the size of {response.url}. Received: an answer without it; try again later."
        ) from error


class HashedStream(io.RawIOBase):
    """A download that is hashed as it is read.

    Attributes:
        received: bytes read so far.
        total: size of the file in bytes; None if the server does not say.
    """

    def __init__(self, response: "Response", publication: Publication, file: PublishedFile) -> None:
        self._response, self._publication, self._file = response, publication, file
        self._digest = hashlib.sha256()
        length = response.headers.get("Content-Length")
        self.received, self.total = 0, None if length is None else int(length)

    def readable(self) -> bool:
        """Return True, unlike the base class."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; by default, all that are left.

        Raises:
            DataNotFoundError: the connection broke off.
        """
        from urllib3.exceptions import HTTPError

        try:
            content: bytes = self._response.raw.read(None if size < 0 else size)
        except HTTPError as error:
            raise not_found(
                self._publication, self._file.name, [f"{self._response.url}: connection lost"]
            ) from error
        self._digest.update(content)
        self.received += len(content)
        return content

    def check(self) -> None:
        """Read the rest, and compare the hash of the whole file with the published one.

        Raises:
            DataCorruptError: the hashes differ.
        """
        while self.read(PIECE):
            pass
        received = self._digest.hexdigest()
        if received != self._file.download_sha256:
            raise DataCorruptError(
                f"Expected the published file (sha256={self._file.download_sha256}). "
                f"Received: a different file from {self._response.url} (sha256={received}, "
                f"{self.received} bytes); try again later."
            )


@contextmanager
def stream(publication: Publication, file: PublishedFile) -> Iterator[HashedStream]:
    """Stream a file from the first address that answers; nothing is written to disk.

    The caller must call `check` before using any of the content.

    Raises:
        DataNotFoundError: no address answers.
    """
    with _answer(publication, file.name, {"Accept-Encoding": "identity"}) as response:
        yield HashedStream(response, publication, file)


@contextmanager
def _answer(publication: Publication, name: str, headers: dict[str, str]) -> Iterator["Response"]:
    import requests

    failures = []
    for address in publication.addresses:
        try:
            response = requests.get(
                f"{address}/{quote(name)}", headers=headers, timeout=TIMEOUT, stream=True
            )
            response.raise_for_status()
        except requests.RequestException as error:
            failures.append(failure(address, error))
        else:
            with response:
                yield response
            return
    raise not_found(publication, name, failures)


def _pieces(response: "Response", n: int) -> Iterator[bytes]:
    import requests

    received = 0
    try:
        for piece in response.iter_content(PIECE):
            yield piece
            received += len(piece)
            if received >= n:
                return
    except requests.RequestException:
        return  # too few bytes: the caller reports it
