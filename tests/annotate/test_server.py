"""What the page's server gives, keeps and refuses."""

import http.client
import json
import re
from typing import Any

import numpy as np
import pytest

from annotate.desk import Desk, version
from annotate.picture import png
from annotate.server import HEADERS, Server
from contract.causes import Cause, Judgement
from report.pages import typefaces

JSON = "application/json"


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask the server as its own page does, but for the headers given."""
    sent = {"Host": f"127.0.0.1:{server.server_port}"}
    if method == "PUT":
        sent |= {"X-Vouch-Token": server.token, "Content-Type": JSON}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def judgement(**changed: object) -> bytes:
    made = {"causes": ["noise"], "remark": " too\n dark ", "version": version(Judgement(17))}
    return json.dumps({**made, **changed}).encode()


def state(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(server, "GET", "/state")[2])
    return found


def test_the_page_names_its_file_and_asks_for_nothing_elsewhere(server: Server) -> None:
    status, headers, page = ask(server, "GET", "/")
    text = page.decode()
    assert status == 200
    assert str(server.desk.file) in text
    assert headers.items() >= HEADERS.items()
    parts = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert set(parts) == {"/page.css", "/page.js"}
    for part in parts:
        status, _, content = ask(server, "GET", part)
        assert status == 200
        assert b"://" not in content


def test_every_typeface_that_the_style_names_is_served(server: Server) -> None:
    style = ask(server, "GET", "/page.css")[2].decode()
    names = re.findall(r"url\(/fonts/([^)]+)\)", style)
    assert len(names) == 4
    for name in names:
        assert ask(server, "GET", f"/fonts/{name}")[2] == typefaces.files()[name]


def test_the_state_names_samples_causes_and_judgements(server: Server, desk: Desk) -> None:
    desk.keep(Judgement(4, (Cause.NOISE,)), version(Judgement(4)))
    found = state(server)
    assert [cause["name"] for cause in found["causes"]] == list(Cause)
    assert [sample["index"] for sample in found["samples"]] == [17, 4, 256]
    assert [sample["judgement"]["causes"] for sample in found["samples"]] == [[], ["noise"], []]
    assert found["samples"][0]["counterexample"] == {"label": "Coat", "distance": 0.5}
    assert found["samples"][0]["suggestions"][0]["cause"] == "overfitting"


@pytest.mark.parametrize(("kind", "grey"), [("sample", 4), ("example", 5), ("counterexample", 6)])
def test_each_picture_is_its_own(server: Server, kind: str, grey: int) -> None:
    content = ask(server, "GET", f"/images/{kind}-4.png")[2]
    assert content == png(np.full((28, 28), grey, np.uint8))


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/page.html.j2", "/../__main__.py", "/images/sample-5.png", "/fonts/x.otf"],
)
def test_nothing_else_is_given(server: Server, path: str) -> None:
    status, _, content = ask(server, "GET", path)
    assert status == 404
    assert "There is nothing" in json.loads(content)["error"]


def test_a_judgement_is_kept_and_its_new_version_told(server: Server, desk: Desk) -> None:
    status, _, content = ask(server, "PUT", "/judgements/17", judgement())
    kept = Judgement(17, (Cause.NOISE,), "too dark")
    assert status == 200
    assert json.loads(content)["version"] == version(kept)
    assert desk.judgements()[17] == kept


def test_a_judgement_upon_an_older_state_gets_the_newer_one_back(
    server: Server, desk: Desk
) -> None:
    newer = Judgement(17, (Cause.UNDERFITTING,), "of another page")
    desk.keep(newer, version(Judgement(17)))
    status, _, content = ask(server, "PUT", "/judgements/17", judgement())
    assert status == 409
    assert json.loads(content) == {
        "judgement": {"causes": ["underfitting"], "remark": "of another page"},
        "version": version(newer),
    }
    assert desk.judgements()[17] == newer


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.example:80"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"X_Vouch_Token": "guessed"}, 403),
        ({"X_Vouch_Token": "gu\xe9ssed"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Length": "99999999"}, 413),
    ],
)
def test_what_another_page_could_send_is_refused(
    server: Server, desk: Desk, headers: dict[str, str], status: int
) -> None:
    assert ask(server, "PUT", "/judgements/17", judgement(), **headers)[0] == status
    assert not desk.file.exists()


def test_a_page_of_another_name_learns_nothing(server: Server) -> None:
    status, _, content = ask(server, "GET", "/", Host="rebound.example")
    assert status == 421
    assert server.token.encode() not in content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        judgement(causes=["noize"]),
        judgement(causes=[{}]),
        judgement(causes="noise"),
        judgement(remark=None),
        judgement(remark="x" * 501),
        judgement(version=1),
    ],
)
def test_what_is_no_judgement_is_refused(server: Server, desk: Desk, body: bytes) -> None:
    status, _, content = ask(server, "PUT", "/judgements/17", body)
    assert status == 400
    assert "Expected a list of causes" in json.loads(content)["error"]
    assert not desk.file.exists()


def test_a_sample_that_is_not_there_is_not_found(server: Server) -> None:
    status, _, content = ask(server, "PUT", "/judgements/5", judgement())
    assert status == 404
    assert "Received: 5" in json.loads(content)["error"]


def test_a_file_spoilt_meanwhile_is_told_on_the_page(server: Server, desk: Desk) -> None:
    desk.file.parent.mkdir(parents=True)
    desk.file.write_text("wrong\n")
    for method, path in (("GET", "/state"), ("PUT", "/judgements/17")):
        status, _, content = ask(server, method, path, judgement() if method == "PUT" else None)
        assert status == 500
        assert "line 1" in json.loads(content)["error"]
    assert desk.file.read_text() == "wrong\n"


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
