"""The server's responses: the page, its files, the samples, and whether a judgement was saved."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from annotate.desk import Desk, Neighbor, OlderStateError, Sample, UnknownSampleError, version
from annotate.picture import png
from contract.causes import Cause, Judgement, JudgementError
from contract.definitions import ROOT
from report.pages import typefaces

PAGE = Path(__file__).resolve().parent / "page"
PARTS = {"/page.css": "text/css; charset=utf-8", "/page.js": "text/javascript; charset=utf-8"}
FONT = re.compile(r"/fonts/([\w-]+\.otf)")
PICTURE = re.compile(r"/images/(\w+)-(\d{1,9})\.png")
JUDGEMENT = re.compile(r"/judgements/(\d{1,9})")
LONGEST_REMARK = 500  # characters
MEANINGS = {
    Cause.NOISE: "I could not tell myself what it shows.",
    Cause.MISLABELLING: "I doubt its label.",
    Cause.UNDERREPRESENTATION: "It looks unlike its local example: such training samples are rare.",
    Cause.OVERFITTING: "It looks like its local counterexample, and was classified alike.",
    Cause.UNDERFITTING: "It looks like its local example, and should have been recognized.",
    Cause.OVERLAPPING_LABELS: "It looks like both: the two classes share such samples.",
}


@dataclass(frozen=True)
class Answer:
    """A response to the browser."""

    status: HTTPStatus
    kind: str
    content: bytes


class RefusedError(Exception):
    """A request that is refused.

    Args:
        status: HTTP status.
        reason: one sentence, shown on the page.
    """

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def refusal(error: RefusedError) -> Answer:
    """Return the response that says why a request is refused."""
    return _json({"error": error.reason}, error.status)


def get(desk: Desk, path: str, token: str) -> Answer:
    """Answer a GET request.

    Args:
        desk: the samples.
        path: requested path.
        token: token that the page must send with a judgement.

    Raises:
        RefusedError: the path does not exist, or the judgements cannot be read.
    """
    if path == "/":
        return Answer(HTTPStatus.OK, "text/html; charset=utf-8", _page(desk, token).encode())
    if path == "/state":
        return _json(_state(desk))
    if path in PARTS:
        return Answer(HTTPStatus.OK, PARTS[path], (PAGE / path[1:]).read_bytes())
    if path == "/favicon.ico":
        return Answer(HTTPStatus.OK, "image/png", b"")
    font = FONT.fullmatch(path)
    if font and font[1] in typefaces.files():
        return Answer(HTTPStatus.OK, "font/otf", typefaces.files()[font[1]])
    picture = PICTURE.fullmatch(path)
    if picture and int(picture[2]) in desk.samples:
        images = desk.samples[int(picture[2])].images()
        if picture[1] in images:
            return Answer(HTTPStatus.OK, "image/png", png(images[picture[1]]))
    raise RefusedError(HTTPStatus.NOT_FOUND, f"There is nothing at {path}")


def put(desk: Desk, path: str, body: bytes) -> Answer:
    """Answer a PUT request: 200 with the saved judgement, or 409 with a conflicting one.

    Args:
        desk: the samples.
        path: path that names the sample.
        body: a JSON object with `causes`, `remark` and the `version` it is based on.

    Raises:
        RefusedError: it is not a judgement of one of the desk's samples, or cannot be saved.
    """
    place = JUDGEMENT.fullmatch(path)
    if place is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"There is nothing at {path}")
    judgement, upon = _judgement(int(place[1]), body)
    try:
        return _json(_shown(desk.keep(judgement, upon)))
    except OlderStateError as error:
        return _json(_shown(error.held), HTTPStatus.CONFLICT)
    except UnknownSampleError as error:
        raise RefusedError(HTTPStatus.NOT_FOUND, str(error)) from error
    except (JudgementError, OSError) as error:
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, f"Not saved. {error}") from error


def _judgement(test_index: int, body: bytes) -> tuple[Judgement, str]:
    wrong = RefusedError(
        HTTPStatus.BAD_REQUEST, "Expected a list of causes, a remark and a version as JSON"
    )
    try:
        sent = json.loads(body)
    except ValueError as error:
        raise wrong from error
    if not isinstance(sent, dict):
        raise wrong
    names, remark, upon = sent.get("causes"), sent.get("remark"), sent.get("version")
    if not (isinstance(names, list) and isinstance(remark, str) and isinstance(upon, str)):
        raise wrong
    if any(name not in list(Cause) for name in names) or len(remark) > LONGEST_REMARK:
        raise wrong
    plain = " ".join(remark.split())
    return Judgement(test_index, tuple(Cause(name) for name in names), plain), upon


def _state(desk: Desk) -> Mapping[str, Any]:
    try:
        judgements = desk.judgements()
    except JudgementError as error:
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, str(error)) from error
    return {
        "causes": [
            {"name": cause, "title": cause.capitalize(), "meaning": MEANINGS[cause]}
            for cause in Cause
        ],
        "samples": [
            {**_described(sample), **_shown(judgements[index])}
            for index, sample in desk.samples.items()
        ],
    }


def _described(sample: Sample) -> Mapping[str, Any]:
    return {
        "index": sample.test_index,
        "true": sample.true,
        "predicted": sample.predicted,
        "example": _near(sample.example),
        "counterexample": _near(sample.counterexample),
        "suggestions": [
            {"cause": each.cause, "reason": each.reason} for each in sample.suggestions
        ],
    }


def _near(neighbor: Neighbor) -> Mapping[str, Any]:
    return {"label": neighbor.label, "distance": neighbor.distance}


def _shown(judgement: Judgement) -> Mapping[str, Any]:
    return {
        "judgement": {"causes": judgement.causes, "remark": judgement.remark},
        "version": version(judgement),
    }


def _json(value: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, "application/json", json.dumps(value).encode())


def _page(desk: Desk, token: str) -> str:
    place = desk.file
    return _template().render(
        token=token,
        study=desk.study,
        profile=desk.profile,
        causes=len(Cause),
        file=place.relative_to(ROOT) if place.is_relative_to(ROOT) else place,
    )


@functools.cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("page.html.j2")
