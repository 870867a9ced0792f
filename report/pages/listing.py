"""What a report lists at its end: the ledger, line by line, and the runs it cites."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from contract import names
from report.answers.ledger import Block, Entry, Judgement
from report.answers.printing import fixed
from report.build import Report
from report.evidence.exhibits import Table
from report.store.runs import StageRun


@dataclass(frozen=True)
class LedgerLine:
    """A line of the printed ledger.

    Args:
        id: the anchor that numbers link to.
        text: as printed in the answer.
        value: exact stored value.
        meaning: what it is.
        source: where it is in the run.
        run: name of the run.
        address: URL of the run in MLflow's web interface.
        seeds: seeds it was measured with.
    """

    id: str
    text: str
    value: str
    meaning: str
    source: str
    run: str
    address: str
    seeds: str


@dataclass(frozen=True)
class LedgerPart:
    """A question's part of the printed ledger."""

    label: str
    lines: tuple[LedgerLine, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class RunLine:
    """A cited run, as shown on the page."""

    name: str
    run_id: str
    address: str
    ended: str
    seed: str
    data: str
    fingerprint: str
    commit: str


def ledger_parts(report: Report) -> Iterator[LedgerPart]:
    """List what each question printed: numbers, tables and verdicts."""
    for question in report.study.questions:
        entries = [
            entry
            for entry in report.ledger.entries
            if entry.question == question.label and entry.place == entry.id
        ]
        lines = [_line(entry) for entry in entries]
        for block, table in report.ledger.tables():
            cells = [e for e in report.ledger.entries if e.place == block.place]
            if block.question == question.label and cells:
                lines.append(_table_line(block, table, cells))
        judgements = tuple(
            judged for judged in report.ledger.judgements if judged.question == question.label
        )
        if lines or judgements:
            yield LedgerPart(question.label, tuple(lines), judgements)


def _line(entry: Entry) -> LedgerLine:
    origin = entry.number.source.origin
    seeds = ", ".join(entry.number.seeds) or origin.seed
    return LedgerLine(
        id=entry.id,
        text=entry.printed.text,
        value=_exactly(entry.number.value),
        meaning=entry.number.meaning,
        source=entry.number.source.in_words(),
        run=origin.run,
        address=origin.address,
        seeds=seeds,
    )


def _table_line(block: Block, table: Table, cells: list[Entry]) -> LedgerLine:
    return LedgerLine(
        id=block.place,
        text=block.label,
        value=f"{fixed(len(cells), 0)} cells",
        meaning="the cells of this table",
        source=table.path,
        run=table.origin.run,
        address=table.origin.address,
        seeds=table.origin.seed,
    )


def run_line(stage: StageRun) -> RunLine:
    """Describe a cited run."""
    run = stage.run
    ended = datetime.fromtimestamp((run.ended or 0) / 1000, UTC)
    return RunLine(
        name=run.name,
        run_id=run.run_id,
        address=stage.origin.address,
        ended=f"{ended:%Y-%m-%d %H:%M}",
        seed=run.tags.get(names.Tag.SEED, ""),
        data=run.tags.get(names.Tag.DATA_SOURCE, ""),
        fingerprint=run.tags.get(names.Tag.FINGERPRINT, ""),
        commit=_short(run.tags.get(names.Tag.GIT_COMMIT, "")),
    )


def _short(commit: str) -> str:
    """Shorten a commit as git does, and keep a remark after it.

    >>> _short("0123456789abcdef (changed)"), _short("none")
    ('0123456 (changed)', 'none')
    """
    sha, space, said = commit.partition(" ")
    return f"{sha[:7]}{space}{said}"


def _exactly(value: float) -> str:
    """Write a value with all its digits, and whole numbers without a point.

    >>> _exactly(70000.0), _exactly(0.1)
    ('70000', '0.1')
    """
    return str(int(value)) if value == int(value) else repr(float(value))
