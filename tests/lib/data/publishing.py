"""A publisher on this machine, which serves a file of ours or fails to, and places to find it."""

import contextlib
import gzip
import hashlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from lib.data.files.locations import PublishedFile

CONTENT = b"two thousand and more bytes that hardly repeat themselves: " + bytes(
    np.random.default_rng(0).integers(0, 256, 2_000, dtype=np.uint8)
)
PACKED = gzip.compress(CONTENT, mtime=1)
FILE = PublishedFile(
    "images.gz",
    download_sha256=hashlib.sha256(PACKED).hexdigest(),
    content_sha256=hashlib.sha256(CONTENT).hexdigest(),
)


@dataclass
class Publisher:
    """What a server on this machine answers to any path below `/data`.

    Attributes:
        body: what it sends.
        announced: the length that it says the body has.
        ranges: whether it can send a part of the body.
        sent: bytes that it sent, or tried to.
        requests: paths that were asked for.
    """

    address: str
    body: bytes = PACKED
    announced: int = len(PACKED)
    ranges: bool = True
    lengths: bool = True
    sent: int = 0
    requests: list[str] = field(default_factory=list)

    def serve(self, body: bytes, announced: int | None = None) -> None:
        self.body = body
        self.announced = len(body) if announced is None else announced


class PublisherServer(ThreadingHTTPServer):
    """Answers as its publisher says."""

    publisher: Publisher


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: PublisherServer

    def do_GET(self) -> None:
        publisher = self.server.publisher
        publisher.requests.append(self.path)
        if not self.path.startswith("/data/"):
            self.send_error(404)
            return
        asked, body, length = self.headers.get("Range"), publisher.body, publisher.announced
        if asked and publisher.ranges:
            last = int(asked.removeprefix("bytes=0-"))
            length = min(last + 1, length)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes 0-{length - 1}/{publisher.announced}")
            body = body[:length]
        else:
            self.send_response(200)
        if publisher.lengths:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        publisher.sent += len(body)  # before, since whoever has read it may look at once
        with contextlib.suppress(ConnectionError):  # whoever has read enough hangs up
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@dataclass(frozen=True)
class Places:
    """The folders that a loader looks through, all empty, in a test's own folder."""

    chosen: Path
    system: Path
    cache: Path

    def all(self) -> tuple[Path, ...]:
        return self.chosen, self.system, self.cache
