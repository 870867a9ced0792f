"""What a report lists at its end: the ledger, line by line, and the runs it cites."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from report.answers.printing import fixed
from report.evidence.values import Json, Origin, in_words


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
class JudgementLine:
    """A verdict in the printed ledger, with the texts of the numbers that it rests on."""

    name: str
    outcome: str
    basis: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class LedgerPart:
    """A question's part of the printed ledger."""

    label: str
    lines: tuple[LedgerLine, ...]
    judgements: tuple[JudgementLine, ...]


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


def ledger_parts(
    evidence: Json, questions: Iterable[str], origins: Mapping[str, Origin]
) -> Iterator[LedgerPart]:
    """List what each question printed: numbers, tables and verdicts.

    Args:
        evidence: contents of `evidence.json`.
        questions: labels of the questions, in order.
        origins: the cited runs, by id.
    """
    texts = {number["id"]: number["text"] for number in evidence["numbers"]}
    cells: defaultdict[str, int] = defaultdict(int)
    for number in evidence["numbers"]:
        cells[number["place"]] += number["place"] != number["id"]
    for label in questions:
        lines = [
            _line(number, origins[number["run_id"]])
            for number in evidence["numbers"]
            if number["question"] == label and number["place"] == number["id"]
        ]
        lines += [
            _table_line(table, cells[table["place"]], origins[table["run_id"]])
            for table in evidence["tables"]
            if table["question"] == label and cells[table["place"]]
        ]
        judgements = tuple(
            JudgementLine(
                name=verdict["name"],
                outcome=verdict["value"],
                basis=verdict["basis"],
                numbers=tuple(texts.get(id_, "") for id_ in verdict["numbers"]),
            )
            for verdict in evidence["verdicts"]
            if verdict["question"] == label
        )
        if lines or judgements:
            yield LedgerPart(label, tuple(lines), judgements)


def _line(number: Json, origin: Origin) -> LedgerLine:
    return LedgerLine(
        id=number["id"],
        text=number["text"],
        value=_exactly(number["value"]),
        meaning=number.get("meaning", ""),
        source=in_words(number),
        run=origin.run,
        address=origin.address,
        seeds=", ".join(number.get("seeds", ())) or origin.seed,
    )


def _table_line(table: Json, cells: int, origin: Origin) -> LedgerLine:
    return LedgerLine(
        id=table["place"],
        text=label_of(table),
        value=f"{fixed(cells, 0)} cells",
        meaning="the cells of this table",
        source=table["path"],
        run=origin.run,
        address=origin.address,
        seeds=origin.seed,
    )


def label_of(exhibit: Json) -> str:
    """Return how the text refers to a figure or table.

    >>> label_of({"id": "figure-3"})
    'Figure 3'
    """
    return str(exhibit["id"]).replace("-", " ").capitalize()


def run_line(run: Json, origin: Origin) -> RunLine:
    """Describe a cited run."""
    ended = datetime.fromtimestamp(run["ended"] / 1000, UTC)
    return RunLine(
        name=run["name"],
        run_id=run["run_id"],
        address=origin.address,
        ended=f"{ended:%Y-%m-%d %H:%M}",
        seed=run["seed"],
        data=run["data_source"],
        fingerprint=run["fingerprint"],
        commit=_short(run["git_commit"]),
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
