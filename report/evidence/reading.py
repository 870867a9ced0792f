"""Read declared quantities from a study's runs: the rules that declarations name.

A parameter annotated `Part` takes another quantity, given by name or inline.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from report.evidence import derivations, verdicts
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Form, Number, Samples, Text
from report.evidence.verdicts import Verdict

if TYPE_CHECKING:
    from report.evidence.declarations import Declared
    from report.store.runs import Runs, StageRun

    Part: TypeAlias = str | Declared  # another quantity that one is derived from, by name or inline

Row = Mapping[str, Text | Number | Figure]
Value = Number | Text | Samples | Table | Figure | Verdict | tuple[Row, ...]
_Kind = TypeVar("_Kind", bound=Value)


@dataclass
class Reader:
    """Reads the quantities of one question, each once.

    Args:
        declared: the quantities, by name.
        runs: the runs to read them from.
    """

    declared: Mapping[str, Declared]
    runs: Runs
    name: str = ""  # meaning of the quantity being read
    meaning: str = ""
    known: dict[str, Value] = field(default_factory=dict)

    def all(self) -> dict[str, Value]:
        """Read every quantity.

        Raises:
            ReportError: a run, or something it should contain, is missing.
            ValueError: a value is not what its declaration says.
        """
        for name in self.declared:
            self.value(name, object)
        return {name: self.known[name] for name in self.declared}

    def value(self, part: Part, kind: type[_Kind | object]) -> Any:
        """Read a quantity that must have a given type.

        Raises:
            ValueError: it has another type.
        """
        if not isinstance(part, str):
            found = self._read(part)
        elif part in self.known:
            found = self.known[part]
        else:
            above = self.name, self.meaning
            self.name, self.meaning = part, self.declared[part].meaning
            found = self.known[part] = self._read(self.declared[part])
            self.name, self.meaning = above
        if not isinstance(found, kind):
            raise ValueError(
                f"Expected a {kind.__name__} for {self.name}. Received: {type(found).__name__}"
            )
        return found

    def number(self, part: Part) -> Number:
        """Read a number."""
        return self.value(part, Number)

    def samples(self, part: Part) -> Samples:
        """Read an array."""
        return self.value(part, Samples)

    def stage(self, name: str) -> StageRun:
        """Find a stage's run."""
        return self.runs.stage(name)

    def _read(self, declared: Declared) -> Value:
        found = RULES[declared.rule](self, **declared.arguments)
        if declared.meaning and isinstance(found, Number):
            return found.meaning_that(declared.meaning)
        return found


def _metric(
    read: Reader,
    stage: str,
    metric: str,
    unit: str = "",
    low: str | None = None,
    high: str | None = None,
) -> Number:
    run = read.stage(stage)
    number = replace(run.metric(metric), unit=unit)
    if low and high:
        return derivations.between(number, run.metric(low), run.metric(high))
    return number


def _count(read: Reader, stage: str, metric: str) -> Number:
    return read.stage(stage).metric(metric).counted()


def _seconds(read: Reader, stage: str, metric: str) -> Number:
    return read.stage(stage).metric(metric).seconds()


def _bytes(read: Reader, stage: str, metric: str) -> Number:
    return read.stage(stage).metric(metric).size_in_bytes()


def _setting(read: Reader, stage: str, param: str) -> Number:
    return read.stage(stage).param(param)


def _text(read: Reader, stage: str, param: str) -> Text:
    return read.stage(stage).text(param)


def _cell(
    read: Reader,
    stage: str,
    table: str,
    column: str,
    row: int | None = None,
    where: str | None = None,
    equals: str | float | Declared | None = None,
) -> Number:
    found = read.stage(stage).table(table)
    if where is not None and equals is not None:
        wanted = equals if isinstance(equals, str | int | float) else read.number(equals).value
        row = found.rows_where(where, wanted)[0]
    if row is None or not -len(found) <= row < len(found):
        raise ValueError(f"Expected row {row} in table {table} of {stage}. Received: {len(found)}")
    row %= len(found)
    whole = found.text(row, column).value.isdigit()  # a count or a setting, as in params
    return found.number(row, column, Form.COUNT if whole else Form.MEASURED)


def _table(
    read: Reader, stage: str, table: str, known_to: Mapping[str, Part] | None = None
) -> Table:
    errors = {column: read.number(part).error for column, part in (known_to or {}).items()}
    return read.stage(stage).table(table).known_to(**errors)


def _figure(read: Reader, stage: str, figure: str) -> Figure:
    return read.stage(stage).figure(figure)


def _array(read: Reader, stage: str, array: str) -> Samples:
    return read.stage(stage).samples(array)


def _rows(
    read: Reader,
    stage: str,
    table: str,
    texts: Sequence[str] = (),
    numbers: Sequence[str] = (),
    figure: str | None = None,
) -> tuple[Row, ...]:
    run = read.stage(stage)
    found = run.table(table)
    rows = []
    for at in range(len(found)):
        row: dict[str, Text | Number | Figure] = {name: found.text(at, name) for name in texts}
        row.update({name: found.number(at, name) for name in numbers})
        if figure:
            row["figure"] = run.figure(found.text(at, figure).value)
        rows.append(row)
    return tuple(rows)


def _share(read: Reader, value: Part, of: Part) -> Number:
    return derivations.proportion(read.number(value), read.number(of))


def _lower_end(read: Reader, value: Part) -> Number:
    number = read.number(value)
    if number.bounds is None:
        raise ValueError(f"Expected a number with an interval for {read.name}. Received: none")
    return number.bounds[0]


def _difference(read: Reader, first: Part, second: Part) -> Number:
    return derivations.difference(read.number(first), read.number(second))


def _ratio(read: Reader, first: Part, second: Part) -> Number:
    return derivations.ratio(read.number(first), read.number(second))


def _smallest(read: Reader, values: tuple[Part, ...]) -> Number:
    return derivations.derived("smallest", *(read.number(part) for part in values))


def _threshold(
    read: Reader, value: Part, at_least: float | Declared, outcomes: tuple[str, str]
) -> Verdict:
    limit = at_least if isinstance(at_least, int | float) else read.number(at_least)
    return verdicts.by_threshold(
        read.name, read.meaning, read.number(value), at_least=limit, outcomes=outcomes
    )


def _decision(
    read: Reader, stage: str, metric: str, outcomes: tuple[str, str], by: tuple[Part, ...]
) -> Verdict:
    decided = read.stage(stage).metric(metric)
    return verdicts.as_decided(
        read.name,
        read.meaning,
        decided,
        tuple(read.number(part) for part in by),
        outcomes=outcomes,
    )


def _compare(
    read: Reader,
    truth: Part,
    first: Part,
    second: Part,
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    return verdicts.on_same_samples(
        read.name,
        read.meaning,
        *(read.samples(part) for part in (truth, first, second)),
        outcomes=outcomes,
        smallest=smallest,
    )


def _compare_samples(
    read: Reader,
    first: Part,
    second: Part,
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    return verdicts.by_bootstrap(
        read.name,
        read.meaning,
        read.samples(first),
        read.samples(second),
        outcomes=outcomes,
        smallest=smallest,
    )


def _compare_seeds(
    read: Reader,
    stage: str,
    table: str,
    value: str,
    seed: str,
    baseline: Mapping[str, str | float],
    outcomes: tuple[str, str, str],
    smallest: float = 0.0,
) -> Verdict:
    found = read.stage(stage).table(table)
    ((arm, untreated),) = baseline.items()
    without = found.rows_where(arm, untreated)
    treated = {found.text(row, seed).value: row for row in range(len(found)) if row not in without}
    seeds = [found.text(row, seed).value for row in without]
    if sorted(seeds) != sorted(treated):
        raise ValueError(f"Expected a pair of rows for each {seed} in table {table} of {stage}")
    return verdicts.over_paired_seeds(
        read.name,
        read.meaning,
        [found.number(treated[each], value) for each in seeds],
        [found.number(row, value) for row in without],
        seeds,
        outcomes=outcomes,
        smallest=smallest,
    )


RULES: Mapping[str, Callable[..., Value]] = {
    "metric": _metric,
    "count": _count,
    "seconds": _seconds,
    "bytes": _bytes,
    "setting": _setting,
    "text": _text,
    "cell": _cell,
    "table": _table,
    "figure": _figure,
    "array": _array,
    "rows": _rows,
    "share": _share,
    "lower end": _lower_end,
    "difference": _difference,
    "ratio": _ratio,
    "smallest": _smallest,
    "threshold": _threshold,
    "decision": _decision,
    "compare": _compare,
    "compare samples": _compare_samples,
    "compare seeds": _compare_seeds,
}


def quantities(rule: str) -> list[str]:
    """List the arguments of a rule in which a text is the name of another quantity.

    >>> quantities("difference"), quantities("cell")
    (['first', 'second'], [])
    """
    parameters = inspect.signature(RULES[rule]).parameters
    return [name for name, found in parameters.items() if "Part" in str(found.annotation)]
