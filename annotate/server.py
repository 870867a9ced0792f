"""Serve the page to this machine only, protected from other pages open in the browser."""

import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from annotate.answers import Answer, RefusedError, get, put, refusal
from annotate.desk import Desk

ADDRESS = "127.0.0.1"
LONGEST_BODY = 64 * 1024  # bytes; a judgement is a few hundred
SECONDS_IDLE = 30  # timeout for idle connections
PROOF = "X-Vouch-Token"  # header that only this page can send
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
    """Serves one desk.

    Args:
        desk: the samples and the file of their judgements.
        port: port to listen on; 0 for any free one.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True  # an open browser connection does not keep the program running

    def __init__(self, desk: Desk, port: int) -> None:
        super().__init__((ADDRESS, port), Handler)
        self.desk = desk
        self.token = secrets.token_urlsafe()
        # Host names under which the page may be open. A page under another name that resolves to
        # this machine (DNS rebinding) sends that name.
        self.names = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}

    @property
    def page(self) -> str:
        """Address of the page."""
        return f"http://{ADDRESS}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Handles one connection."""

    server: Server
    timeout = SECONDS_IDLE
    protocol_version = "HTTP/1.1"
    server_version = "vouch"
    sys_version = ""

    def do_GET(self) -> None:
        """Return the page, its files, its pictures, or the progress."""
        self._answer(lambda: get(self.server.desk, self.path, self.server.token))

    def do_PUT(self) -> None:
        """Save a judgement sent by the page."""
        self._answer(self._put)

    def log_message(self, *_: object) -> None:
        """Print nothing, because the page sends many requests."""

    def _answer(self, work: Callable[[], Answer]) -> None:
        try:
            if self.headers.get("Host") not in self.server.names:
                raise RefusedError(
                    HTTPStatus.MISDIRECTED_REQUEST,
                    f"This page is only available at {self.server.page}",
                )
            answer = work()
        except RefusedError as error:
            self.close_connection = True  # the rest of the request has not been read
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
        """Read what the page sends; other pages cannot know the token."""
        origin = self.headers.get("Origin", "")
        own = {f"http://{name}" for name in self.server.names}
        token = self.headers.get(PROOF, "")
        if (origin and origin not in own) or not hmac.compare_digest(
            token.encode(), self.server.token.encode()
        ):
            raise RefusedError(
                HTTPStatus.FORBIDDEN,
                "Expected a judgement from the page that is open now. Reload the page",
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
