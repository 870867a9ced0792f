"""Lay a report out as one HTML document: title, contents, answers, ledger, runs, commands."""

import functools
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contract import names
from report.answers import markdown
from report.answers.ledger import Block
from report.answers.rendering import Answer
from report.errors import ReportError
from report.evidence.exhibits import Figure
from report.evidence.values import Json, Origin
from report.handin import FILE as HANDIN
from report.pages.listing import LedgerPart, RunLine, ledger_parts, run_line
from report.store.reader import ROOT
from report.study import Study

TEMPLATES = ROOT / "templates"
FACTS = {"group": "group", "student_id": "student"}  # what a fact is called on the front page


@dataclass(frozen=True)
class Part:
    """A paragraph, figure or table.

    Args:
        id: its anchor.
        content: HTML of the paragraph, or the figure or table.
        opens_page: whether it starts a page.
        scale: scale of a figure's picture.
    """

    id: str
    content: Markup | Block
    opens_page: bool = False
    scale: float = 1.0

    @property
    def width_mm(self) -> float | None:
        """Width of a figure's picture."""
        figure = None if isinstance(self.content, str) else self.content.shown
        return figure.width_mm * self.scale if isinstance(figure, Figure) else None


@dataclass(frozen=True)
class Answered:
    """A question and its answer, as shown on the page.

    Args:
        label: label of the question.
        key: the label as used in anchors.
        heading: heading of the question.
        under: heading of its section, if it is the section's first question; otherwise empty.
        level: level of its heading in the document's outline.
        parts: paragraphs, figures and tables; the first one stays with the heading.
        origins: the runs behind its prose.
        missing: why there is no answer.
        opens_page: whether its heading starts a page.
    """

    label: str
    key: str
    heading: str
    under: str
    level: int
    parts: tuple[Part, ...]
    origins: tuple[Origin, ...]
    missing: str
    opens_page: bool = False

    @property
    def opening(self) -> str:
        """Anchor of its heading, together with its first part."""
        return f"opening-{self.key}"


@dataclass(frozen=True)
class Page:
    """Everything the document's template may use."""

    title: str
    study: str
    profile: str
    notices: tuple[str, ...]
    warnings: tuple[str, ...]
    authors: tuple[str, ...]
    known: str
    missing: str
    created: str
    date: str
    answers: tuple[Answered, ...]
    statements: tuple[tuple[str, str], ...]
    handin: str
    ledger: tuple[LedgerPart, ...]
    runs: tuple[RunLine, ...]
    commands: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]
    draft: bool


def html(page: Page) -> str:
    """Lay out a report as HTML; pictures and fonts are referred to as `report:NAME`."""
    return _environment().get_template("base.html.j2").render(page=page)


@functools.cache  # a template is compiled once for each environment
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def created(evidence: Json) -> datetime:
    """Return when the last cited run ended, a date that is the same for the same runs."""
    last = max((run["ended"] for run in evidence["runs"]), default=0)
    try:
        return datetime.fromtimestamp(last / 1000, UTC).replace(microsecond=0)
    except (OSError, OverflowError, ValueError) as error:
        raise ReportError(
            f"Expected runs that ended before the year 10,000. Received: {last} ms since 1970"
        ) from error


class _Origins(dict[str, Origin]):
    """The cited runs, by id; nothing is known of others."""

    def __missing__(self, run_id: str) -> Origin:
        return Origin(run_id, "", "", "")


def of(
    evidence: Json,
    study: Study,
    parts: Mapping[str, tuple[Part, ...]],
    addresses: Mapping[str, str],
) -> Page:
    """Collect everything the document shows, so that `verify` can collect the same again.

    Args:
        evidence: contents of `evidence.json`.
        study: the study's questions.
        parts: each answer, by the label of its question.
        addresses: URLs of the runs in MLflow's web interface, by id.
    """
    moment = created(evidence)
    known, missing = handed_in_by(evidence)
    origins = _Origins()
    for run in evidence["runs"]:
        id_ = run["run_id"]
        origins[id_] = Origin(id_, run["name"], run["seed"], addresses.get(id_, ""))
    labels = [question.label for question in study.questions]
    return Page(
        title=study.title,
        study=study.name,
        profile=evidence["profile"],
        notices=tuple(notice for notice, _ in notices(evidence)),
        warnings=tuple(warning for _, warning in notices(evidence)),
        authors=tuple(evidence["authors"]),
        known=known,
        missing=missing,
        created=moment.isoformat(),
        date=f"{moment.day} {moment:%B %Y}",
        answers=tuple(_answered(evidence, study, parts, origins)),
        statements=tuple((said["heading"], said["words"]) for said in evidence["statements"]),
        handin=HANDIN,
        ledger=tuple(ledger_parts(evidence, labels, origins)),
        runs=tuple(run_line(run, origins[run["run_id"]]) for run in evidence["runs"]),
        commands=_commands(evidence),
        attachments=tuple(dict.fromkeys(table["file"] for table in evidence["tables"])),
        draft=evidence["draft"],
    )


def handed_in_by(evidence: Json) -> tuple[str, str]:
    """Say whose report it is, and which of the facts that its study asks for are missing."""
    authors, facts = evidence["authors"], evidence["facts"]
    called = {fact: FACTS.get(fact, fact) for fact in facts}
    known = [*authors, *(f"{called[fact]} {value}" for fact, value in facts.items() if value)]
    missing = [] if authors else ["names"]
    missing += [f"{called[fact]} number" for fact, value in facts.items() if not value]
    if not missing:
        return ", ".join(known), ""
    verb = "is" if len(missing) == 1 and authors else "are"
    sentence = f"{' and '.join(missing)} {verb} missing in {HANDIN}"
    return ", ".join(known), sentence if known else sentence.capitalize()


def notices(evidence: Json) -> Iterator[tuple[str, str]]:
    """List the notices that every page must show, with an explanation of each.

    Yields:
        A few words for every page, and a sentence for the first page.
    """
    if evidence["draft"]:
        yield "DRAFT", "This is a draft with known problems: it fails verification."
    if evidence["profile"] != names.Profile.FULL:
        words = f"{evidence['profile']} profile"
        yield (
            words,
            f"The {words} trains briefly on part of the data; publish results of the full profile.",
        )
    if any(run["data_source"] != names.DataSource.REAL for run in evidence["runs"]):
        yield (
            "stand-in data",
            "The data are generated stand-ins: no result says anything about real data.",
        )


def _answered(
    evidence: Json,
    study: Study,
    parts: Mapping[str, tuple[Part, ...]],
    origins: Mapping[str, Origin],
) -> Iterator[Answered]:
    reasons = {said["question"]: said["reason"] for said in evidence["unanswered"]}
    for section in study.sections:
        for at, question in enumerate(section.questions):
            yield Answered(
                label=question.label,
                key=question.key,
                heading=question.heading,
                under="" if at else section.heading,
                level=3 if section.heading else 2,
                parts=parts.get(question.label, ()),
                origins=_origins(evidence, question.label, origins),
                missing=reasons.get(question.label, ""),
            )


def parts_of(answer: Answer) -> tuple[Part, ...]:
    """Divide an answer into its paragraphs, figures and tables."""
    found: list[Part] = []
    for piece in answer.pieces:
        if isinstance(piece, str):
            for paragraph in markdown.paragraphs(piece):
                words = Markup(paragraph)  # noqa: S704  # escaped by the recorder
                found.append(Part(f"words-{answer.question.key}-{len(found)}", words))
        else:
            found.append(Part(piece.id, piece))
    return tuple(found)


def _origins(evidence: Json, label: str, origins: Mapping[str, Origin]) -> tuple[Origin, ...]:
    """List the runs behind the numbers of an answer's prose, each once."""
    found = [
        number["run_id"]
        for number in evidence["numbers"]
        if number["question"] == label and number["place"] == number["id"]
    ]
    return tuple(origins[run_id] for run_id in dict.fromkeys(found))


def _commands(evidence: Json) -> tuple[tuple[str, str], ...]:
    study, profile = evidence["study"], evidence["profile"]
    own = [part for name, value in evidence["options"].items() for part in (f"--{name}", value)]
    return (
        (
            shlex.join(["./toxw", "run", "-e", study, "--", "--profile", profile, *own]),
            "repeats the runs and builds this report",
        ),
        (f"tox run -e verify -- build/{study}.pdf", "checks this report against the runs"),
        ("tox run -e ui", "shows the runs, their curves and their files"),
    )
