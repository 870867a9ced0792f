"""A tracking server that is away, slow or none ends every command in one sentence, in time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner

from report.__main__ import main
from report.store import server
from report.store.reader import ServerStore

HTML = b"<!DOCTYPE html>\n<html><body>Welcome to nginx!</body></html>"


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def listening(said: bytes | None, *, drop: float = 0.0) -> Iterator[str]:
    """Serve one answer to everything; silence where None, a byte each `drop` seconds if set."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
        kept = []

        def talk(guest: socket.socket) -> None:
            try:
                guest.recv(65_536)
                for at in range(0, len(said or b""), 1 if drop else 65_536):
                    guest.sendall((said or b"")[at : at + (1 if drop else 65_536)])
                    time.sleep(drop)
            except OSError:
                pass  # the guest has gone
            finally:
                if said is not None:
                    guest.close()

        def serve() -> None:
            while True:
                try:
                    guest, _ = door.accept()
                except OSError:
                    return  # the test is over
                kept.append(guest)
                threading.Thread(target=talk, args=(guest,), daemon=True).start()

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{port}"
        door.shutdown(socket.SHUT_RDWR)
        serving.join()
        for guest in kept:
            guest.close()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow is imported, and waits are short, so that only the outcome is looked at."""
    monkeypatch.setattr(server, "ANSWER_SECONDS", 2.0)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")


def sentence(uri: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    result = CliRunner().invoke(main, arguments or ["check", "fashion"])
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.output.startswith("Error: Expected a tracking server that answers at http://")
    assert len(result.output.splitlines()) == 1
    return result.output


WRONG = {
    "a web page": answer("200 OK", HTML, "Content-Type: text/html"),
    "not found": answer("404 Not Found", HTML),
    "an error": answer("500 Internal Server Error", b"oops"),
    "garbage": answer("200 OK", b"{" * 50_000),
    "a list": answer("200 OK", b"[]"),
    "other fields": answer("200 OK", b'{"experiments": 5}'),
    "other entries": answer("200 OK", b'{"experiments": [{"experiment_id": {}}]}'),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
    "a redirect to itself": answer("302 Found", b"", "Location: /"),
    "a name and password wanted": answer("401 Unauthorized", b"who are you?"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_tracking_server_is_said(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(WRONG[kind]) as uri:
        assert uri in sentence(uri, monkeypatch)


@pytest.mark.parametrize("drop", [None, 0.2])
def test_a_server_that_never_finishes_its_answer_is_given_up(
    drop: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.5)
    said = None if drop is None else answer("200 OK", b"{" + b" " * 10_000 + b"}")
    with listening(said, drop=drop or 0.0) as uri:
        assert "no answer within" in sentence(uri, monkeypatch)


@pytest.mark.parametrize("command", ["build", "check", "vocabulary"])
def test_a_server_that_is_down_is_said_by_every_command(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        uri = f"http://me:secret@127.0.0.1:{door.getsockname()[1]}"
    said = sentence(uri, monkeypatch, command, "fashion")
    assert "refused" in said
    assert "secret" not in said


def test_an_address_that_names_no_host_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for uri in ("http://[::1", "http://127.0.0.1:port", "http://no.such.host.invalid"):
        sentence(uri, monkeypatch)


def test_links_lead_to_the_server_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answer("200 OK", b'{"experiments": []}')) as uri:
        page = ServerStore(uri.replace("://", "://me:secret@") + "/").page
    assert page == uri
