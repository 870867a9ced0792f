"""Serve the page to this machine alone, and to no other page that is open in its browser."""

import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from annotate.answers import Answer, RefusedError, get, put, refusal
from annotate.desk import Desk

ADDRESS = "127.0.0.1"
LONGEST_BODY = 64 * 1024  # bytes; a judgement is a few hundred
SECONDS_IDLE = 30  # after which a connection that says nothing is closed
PROOF = "X-Vouch-Token"  # header that only our own page can send
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """Answers for one desk.

    Args:
        desk: the samples and where their judgements are kept.
        port: to listen at; 0 for any that is free.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True  # a browser that keeps its connection open does not keep the program

    def __init__(self, desk: Desk, port: int) -> None:
        super().__init__((ADDRESS, port), Handler)
        self.desk = desk
        self.token = secrets.token_urlsafe()
        # The names under which our own page is open. A page of another name that resolves to this
        # machine (DNS rebinding) sends its own.
        self.names = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}

    @property
    def page(self) -> str:
        """Address of the page."""
        return f"http://{ADDRESS}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Server
    timeout = SECONDS_IDLE
    protocol_version = "HTTP/1.1"
    server_version = "vouch"
    sys_version = ""

    def do_GET(self) -> None:
        """Give the page, its parts, its pictures, or how far the judging is."""
        self._answer(lambda: get(self.server.desk, self.path, self.server.token))

    def do_PUT(self) -> None:
        """Keep a judgement that our own page sends."""
        self._answer(self._put)

    def log_message(self, *_: object) -> None:
        """Print nothing: a page asks often."""

    def _answer(self, work: Callable[[], Answer]) -> None:
        try:
            if self.headers.get("Host") not in self.server.names:
                raise RefusedError(
                    HTTPStatus.MISDIRECTED_REQUEST, f"This page is open at {self.server.page} only"
                )
            answer = work()
        except RefusedError as error:
            self.close_connection = True  # what is left of the request has not been read
            answer = refusal(error)
        self.send_response(answer.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def _put(self) -> Answer:
        """Read what our own page sends; a page of anybody else's cannot know the token."""
        origin = self.headers.get("Origin", "")
        own = {f"http://{name}" for name in self.server.names}
        token = self.headers.get(PROOF, "")
        if (origin and origin not in own) or not hmac.compare_digest(
            token.encode(), self.server.token.encode()
        ):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "Expected a judgement of the page now open. Load it again"
            )
        if self.headers.get_content_type() != "application/json":
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Expected application/json")
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"Expected a Content-Length of at most {LONGEST_BODY}. Received: {length!r}",
            )
        return put(self.server.desk, self.path, self.rfile.read(int(length)))
