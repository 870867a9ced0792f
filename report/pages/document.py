"""Lay a report out as one HTML document: title, contents, answers, ledger, runs, commands."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contract import names
from report.answers import markdown
from report.answers.ledger import Block
from report.answers.rendering import Answer
from report.build import Report, Unanswered
from report.errors import ReportError
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Origin
from report.handin import FILE as HANDIN
from report.pages.attachments import attachment_name
from report.pages.listing import LedgerPart, RunLine, ledger_parts, run_line
from report.store.reader import ROOT

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
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("base.html.j2").render(page=page)


def created(report: Report) -> datetime:
    """Return when the last cited run ended, a date that is the same for the same runs."""
    last = max((stage.run.ended or 0 for stage in report.runs.cited.values()), default=0)
    try:
        return datetime.fromtimestamp(last / 1000, UTC).replace(microsecond=0)
    except (OSError, OverflowError, ValueError) as error:
        raise ReportError(
            f"Expected runs that ended before the year 10,000. Received: {last} ms since 1970"
        ) from error


def of(report: Report, *, draft: bool) -> Page:
    """Collect everything the document shows."""
    moment = created(report)
    known, missing = handed_in_by(report)
    return Page(
        title=report.study.title,
        study=report.study.name,
        profile=report.runs.profile,
        notices=tuple(notice for notice, _ in notices(report, draft=draft)),
        warnings=tuple(warning for _, warning in notices(report, draft=draft)),
        authors=report.facts.authors,
        known=known,
        missing=missing,
        created=moment.isoformat(),
        date=f"{moment.day} {moment:%B %Y}",
        answers=tuple(_answered(report)),
        statements=tuple(
            (statement.heading, report.facts.words(statement.fact))
            for statement in report.study.statements
        ),
        handin=HANDIN,
        ledger=tuple(ledger_parts(report)),
        runs=tuple(run_line(stage) for stage in report.runs.cited.values()),
        commands=_commands(report),
        attachments=tuple(name for name, _ in attached_tables(report)),
        draft=draft,
    )


def handed_in_by(report: Report) -> tuple[str, str]:
    """Say whose report it is, and which of the facts that its study asks for are missing."""
    facts = report.study.delivery.facts if report.study.delivery else ()
    values = {fact: getattr(report.facts, fact) for fact in facts}
    known = [
        *report.facts.authors,
        *(f"{FACTS[fact]} {values[fact]}" for fact in facts if values[fact]),
    ]
    missing = [] if report.facts.authors else ["names"]
    missing += [f"{FACTS[fact]} number" for fact in facts if not values[fact]]
    if not missing:
        return ", ".join(known), ""
    verb = "is" if len(missing) == 1 and report.facts.authors else "are"
    sentence = f"{' and '.join(missing)} {verb} missing in {HANDIN}"
    return ", ".join(known), sentence if known else sentence.capitalize()


def notices(report: Report, *, draft: bool) -> Iterator[tuple[str, str]]:
    """List the notices that every page must show, with an explanation of each.

    Yields:
        A few words for every page, and a sentence for the first page.
    """
    if draft:
        yield "DRAFT", "This is a draft with known problems: it fails verification."
    if report.runs.profile != names.Profile.FULL:
        words = f"{report.runs.profile} profile"
        yield (
            words,
            f"The {words} trains briefly on part of the data; publish results of the full profile.",
        )
    if report.stand_in():
        yield (
            "stand-in data",
            "The data are generated stand-ins: no result says anything about real data.",
        )


def attached_tables(report: Report) -> list[tuple[str, Table]]:
    """List the tables attached to the PDF as CSV, each once."""
    tables = {}
    for _, table in report.ledger.tables():
        tables[attachment_name(table)] = table
    return list(tables.items())


def _answered(report: Report) -> Iterator[Answered]:
    answers = {answer.question.label: answer for answer in report.answers}
    for section in report.study.sections:
        for at, question in enumerate(section.questions):
            answer = answers[question.label]
            yield Answered(
                label=question.label,
                key=question.key,
                heading=question.heading,
                under="" if at else section.heading,
                level=3 if section.heading else 2,
                parts=_parts(answer) if isinstance(answer, Answer) else (),
                origins=_origins(report, question.label),
                missing=answer.reason if isinstance(answer, Unanswered) else "",
            )


def _parts(answer: Answer) -> tuple[Part, ...]:
    found: list[Part] = []
    for piece in answer.pieces:
        if isinstance(piece, str):
            for paragraph in markdown.paragraphs(piece):
                words = Markup(paragraph)  # noqa: S704  # escaped by the recorder
                found.append(Part(f"words-{answer.question.key}-{len(found)}", words))
        else:
            found.append(Part(piece.id, piece))
    return tuple(found)


def _origins(report: Report, question: str) -> tuple[Origin, ...]:
    """List the runs behind the numbers of an answer's prose, each once."""
    found = [
        entry.number.source.origin
        for entry in report.ledger.entries
        if entry.question == question and entry.place == entry.id
    ]
    return tuple({origin.run_id: origin for origin in found}.values())


def _commands(report: Report) -> tuple[tuple[str, str], ...]:
    study, profile = report.study.name, report.runs.profile
    own = [part for name, value in report.runs.options().items() for part in (f"--{name}", value)]
    return (
        (
            shlex.join(["./toxw", "run", "-e", study, "--", "--profile", profile, *own]),
            "repeats the runs and builds this report",
        ),
        (f"tox run -e verify -- build/{study}.pdf", "checks this report against the runs"),
        ("tox run -e ui", "shows the runs, their curves and their files"),
    )
