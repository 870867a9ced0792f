"""The functions with which a study declares its evidence: a stage's values and derived ones.

Each returns a `Declared` and reads nothing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report.evidence.declarations import Declared, Quantity


@dataclass(frozen=True)
class Stage:
    """A stage whose run is read.

    Args:
        name: name of the run, such as `neighbors.final`.
        samples: metric that counts the samples of its rates, such as `test_samples`.
    """

    name: str
    samples: str = ""

    def _read(self, rule: str, meaning: str, **arguments: Any) -> Declared:
        given = {name: value for name, value in arguments.items() if value is not None}
        return Declared(rule, meaning, {"stage": self.name, **given})

    def metric(
        self,
        metric: str,
        meaning: str = "",
        *,
        unit: str | None = None,
        low: str | None = None,
        high: str | None = None,
    ) -> Declared:
        """Read a metric's last value; `low` and `high` name the metrics of its 95 % interval."""
        return self._read("metric", meaning, metric=metric, unit=unit, low=low, high=high)

    def count(self, metric: str, meaning: str = "") -> Declared:
        """Read a metric that is a whole number."""
        return self._read("count", meaning, metric=metric)

    def seconds(self, metric: str, meaning: str = "") -> Declared:
        """Read a metric that is a duration in seconds."""
        return self._read("seconds", meaning, metric=metric)

    def size(self, metric: str, meaning: str = "") -> Declared:
        """Read a metric that is a size in bytes."""
        return self._read("bytes", meaning, metric=metric)

    def share(self, metric: str, of: str, meaning: str = "") -> Declared:
        """Read a metric that is a share of the samples that the metric `of` counts."""
        return share(self.metric(metric), of=self.count(of), meaning=meaning)

    def rate(self, metric: str, meaning: str = "") -> Declared:
        """Read a metric that is a share of the stage's `samples`."""
        return self.share(metric, self.samples, meaning)

    def setting(self, param: str, meaning: str = "") -> Declared:
        """Read a parameter that is a number."""
        return self._read("setting", meaning, param=param)

    def text(self, param: str, meaning: str = "") -> Declared:
        """Read a parameter as text."""
        return self._read("text", meaning, param=param)

    def cell(
        self,
        table: str,
        column: str,
        meaning: str = "",
        *,
        row: int | None = None,
        where: str | None = None,
        equals: str | float | Declared | None = None,
    ) -> Declared:
        """Read a number in a table: in a row (-1 is the last), or where a column equals a value."""
        return self._read(
            "cell", meaning, table=table, column=column, row=row, where=where, equals=equals
        )

    def row(
        self,
        table: str,
        row: int | None = None,
        *,
        where: str | None = None,
        equals: str | float | Declared | None = None,
    ) -> "Row":
        """Name a row of a table, by number or by a column's value, as `cell` does."""
        return Row(self, table, row, where, equals)

    def table(
        self, table: str, meaning: str = "", known_to: Mapping[str, Quantity] | None = None
    ) -> Declared:
        """Show a table; columns in `known_to` are rounded like the quantities given there."""
        return self._read("table", meaning, table=table, known_to=known_to)

    def figure(self, figure: str, meaning: str = "") -> Declared:
        """Show a figure."""
        return self._read("figure", meaning, figure=figure)

    def array(self, array: str) -> Declared:
        """Read an array with one value per sample, for other quantities."""
        return self._read("array", "", array=array)

    def rows(
        self,
        table: str,
        meaning: str,
        *,
        texts: tuple[str, ...] = (),
        numbers: tuple[str, ...] = (),
        figure: str | None = None,
    ) -> Declared:
        """Read each row of a table; the column `figure` names a figure of the run."""
        return self._read("rows", meaning, table=table, texts=texts, numbers=numbers, figure=figure)

    def compare(
        self,
        first: str | Declared,
        second: str | Declared,
        outcomes: tuple[str, str, str],
        smallest: float = 0.0,
        meaning: str = "",
        *,
        truth: str = "y_true",
    ) -> Declared:
        """Compare two classifiers on the same samples, by McNemar's exact test.

        Args:
            first: array of the first one's predictions.
            second: array of the second one's predictions.
            outcomes: the first is better, the second is better, no measurable difference.
            smallest: smallest difference in accuracy that counts.
            truth: array of the true labels.
            meaning: what is compared.
        """
        return Declared(
            "compare",
            meaning,
            {
                "truth": self.array(truth),
                "first": self._array(first),
                "second": self._array(second),
                "outcomes": outcomes,
                "smallest": smallest,
            },
        )

    def compare_samples(
        self,
        first: str | Declared,
        second: str | Declared,
        outcomes: tuple[str, str, str],
        smallest: float = 0.0,
        meaning: str = "",
    ) -> Declared:
        """Compare two treatments by one value per sample, with the paired bootstrap.

        Args:
            first: array of one treatment's values.
            second: array of the other's values, for the same samples.
            outcomes: the first is greater, the first is less, no measurable difference.
            smallest: smallest distance of the whole interval from zero that counts.
            meaning: what is compared.
        """
        arrays = {"first": self._array(first), "second": self._array(second)}
        return Declared(
            "compare samples", meaning, {**arrays, "outcomes": outcomes, "smallest": smallest}
        )

    def compare_seeds(
        self,
        table: str,
        value: str,
        *,
        seed: str,
        baseline: Mapping[str, str | float],
        outcomes: tuple[str, str, str],
        smallest: float = 0.0,
        meaning: str,
    ) -> Declared:
        """Compare a treatment with a baseline trained from the same seeds, by a paired t test.

        Args:
            table: one row per training.
            value: the column compared.
            seed: the column that pairs the rows.
            baseline: the column that names the treatment, and its value for the baseline.
            outcomes: the treatment is greater, is less, no measurable difference.
            smallest: smallest effect that counts.
            meaning: what is compared.
        """
        return self._read(
            "compare seeds",
            meaning,
            table=table,
            value=value,
            seed=seed,
            baseline=baseline,
            outcomes=outcomes,
            smallest=smallest,
        )

    def decision(
        self, metric: str, *, outcomes: tuple[str, str], by: tuple[Quantity, ...], meaning: str
    ) -> Declared:
        """Read what the stage decided: a metric that is 1 for the first outcome, 0 for the second.

        Args:
            metric: the decision.
            outcomes: the outcome for 1, then the outcome for 0.
            by: the quantities that the decision was based on.
            meaning: what was decided.
        """
        return self._read("decision", meaning, metric=metric, outcomes=outcomes, by=by)

    def _array(self, array: str | Declared) -> Declared:
        return self.array(array) if isinstance(array, str) else array


@dataclass(frozen=True)
class Row:
    """A row of a stage's table, whose cells are read one by one."""

    stage: Stage
    table: str
    row: int | None
    where: str | None
    equals: str | float | Declared | None

    def cell(self, column: str, meaning: str = "") -> Declared:
        """Read the number in a column."""
        return self.stage.cell(
            self.table, column, meaning, row=self.row, where=self.where, equals=self.equals
        )

    def rate(self, column: str, meaning: str = "") -> Declared:
        """Read a share of the stage's `samples` in a column."""
        return share(self.cell(column), self.stage.count(self.stage.samples), meaning)


def share(value: Quantity, of: Quantity, meaning: str = "") -> Declared:
    """Add the Wilson interval to a share of a number of samples."""
    return Declared("share", meaning, {"value": value, "of": of})


def lower_end(value: Quantity, meaning: str = "") -> Declared:
    """Take the lower end of a quantity's 95 % interval."""
    return Declared("lower end", meaning, {"value": value})


def difference(first: Quantity, second: Quantity, meaning: str = "") -> Declared:
    """Subtract the second quantity from the first."""
    return Declared("difference", meaning, {"first": first, "second": second})


def ratio(first: Quantity, second: Quantity, meaning: str = "") -> Declared:
    """Divide the first quantity by the second."""
    return Declared("ratio", meaning, {"first": first, "second": second})


def smallest(*values: Quantity, meaning: str = "") -> Declared:
    """Take the smallest of several quantities."""
    return Declared("smallest", meaning, {"values": values})


def threshold(
    value: Quantity, at_least: float | Declared, outcomes: tuple[str, str], meaning: str
) -> Declared:
    """Judge a number by a threshold: the report's own, or one that a stage logged."""
    return Declared(
        "threshold", meaning, {"value": value, "at_least": at_least, "outcomes": outcomes}
    )
