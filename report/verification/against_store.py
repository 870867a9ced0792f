"""Check a report against the store: does each run still confirm what the PDF says about it?"""

import hashlib
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from contract import names
from report.errors import ReportError, shown
from report.evidence.derivations import RULES, apply
from report.evidence.values import Json
from report.store import contents, measured
from report.store.entries import Run, Store
from report.store.runs import existing
from report.verification.consistency import outcome_of

if TYPE_CHECKING:
    import numpy as np

_TAGS = {
    "fingerprint": names.Tag.FINGERPRINT,
    "data_sha256": names.Tag.DATA,
    "data_source": names.Tag.DATA_SOURCE,
    "code_sha256": names.Tag.CODE,
    "git_commit": names.Tag.GIT_COMMIT,
    "profile": names.Tag.PROFILE,
    "seed": names.Tag.SEED,
}


class _NotThereError(Exception):
    """The store lacks something that the report says was read from it."""


class Witness:
    """Reads from a store what a report says was read from it, each item once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: dict[str, Run | None] = {}
        self._files: dict[tuple[str, str], bytes | None] = {}

    def run(self, run_id: str) -> Run:
        """Find a run that has not been deleted."""
        if run_id not in self._runs:
            self._runs[run_id] = self._store.run(run_id)
        run = self._runs[run_id]
        if run is None or run.deleted:
            raise _NotThereError(f"run {run_id} is {'deleted' if run else 'not in the store'}")
        return run

    def file(self, run_id: str, path: str) -> bytes:
        """Read an artifact."""
        key = (run_id, path)
        if key not in self._files:
            self._files[key] = self._store.artifact(self.run(run_id), path)
        data = self._files[key]
        if data is None:
            raise _NotThereError(f"run {run_id} has no {path}")
        return data

    def value(self, source: Json) -> "float | np.ndarray":
        """Read a number again from its stated source, or derive it again."""
        run = self.run(source["run_id"])
        if "metric" in source:
            return self._metric(run, source["metric"], source["step"])
        if "param" in source or "table" in source:
            text = self.text(source)
            try:
                return float(text)
            except ValueError:
                raise _NotThereError(f"the run has no number, but {shown(text)}") from None
        if "array" in source:
            return self._array(run, source["array"])
        rule = source.get("derived", {}).get("rule")
        if rule not in RULES:
            raise _NotThereError("the evidence does not say where it came from")
        return apply(rule, [self.value(part) for part in source["derived"]["from"]])

    def _metric(self, run: Run, metric: str, step: int) -> float:
        points = measured.points(self._store, run, metric)
        logged = [point.value for point in points if point.step == step]
        if not logged:
            raise _NotThereError(f"run {run.name} has no metric {metric} at step {step}")
        return logged[-1]

    def text(self, source: Json) -> str:
        """Read a text, or a number as written, again from its stated source."""
        run = self.run(source["run_id"])
        if "param" in source:
            if source["param"] not in run.params:
                raise _NotThereError(f"run {run.name} has no setting {source['param']}")
            return run.params[source["param"]]
        path = names.table_path(source["table"])
        rows = contents.rows(self.file(run.run_id, path), f"{path} of run {run.run_id}")
        try:
            return rows[source["row"] + 1][rows[0].index(source["column"])]
        except (IndexError, ValueError):
            raise _NotThereError(
                f"run {run.name} has no table {source['table']}, row {source['row'] + 1},"
                f" {source['column']}"
            ) from None

    def _array(self, run: Run, name: str) -> "np.ndarray":
        path = names.array_path(name)
        return contents.array(self.file(run.run_id, path), f"{path} of run {run.run_id}")


def disagreements(evidence: Json, store: Store) -> Iterator[str]:
    """List everything that the store does not confirm.

    Raises:
        ReportError: the study was deleted from the store, or the store does not answer.
    """
    existing(store, evidence["study"])
    witness = Witness(store)
    for run in evidence["runs"]:
        yield from _asked(f"run {run['name']}", _run, run, witness, evidence["study"])
    values: dict[str, float] = {}
    for number in evidence["numbers"]:
        where = f"Question {number['question']}, {number['text']} ({number['id']})"
        yield from _asked(where, _number_holds, number, witness, values)
    for text in evidence["texts"]:
        where = f"Question {text['question']}, {text['text']!r}"
        yield from _asked(where, _text_holds, text, witness)
    for part in ("figures", "tables"):
        for item in evidence[part]:
            where = f"Question {item['question']}, {item['id'].replace('-', ' ')}"
            yield from _asked(where, _file_holds, item, witness)
    for verdict in evidence["verdicts"]:
        if all(id_ in values for id_ in verdict["numbers"]):
            outcome = outcome_of(verdict, [values[id_] for id_ in verdict["numbers"]])
            if outcome != verdict["value"]:
                yield (
                    f"Question {verdict['question']}, verdict {verdict['name']}: the store says"
                    f" {outcome!r}, not {verdict['value']!r}"
                )


def _asked(where: str, check: Callable[..., Iterator[str]], *things: object) -> Iterator[str]:
    try:
        yield from (f"{where}: {message}" for message in check(*things))
    except (_NotThereError, ValueError) as error:
        yield f"{where}: {error}"
    except ReportError as error:
        yield f"{where}: {error.message}"


def _run(said: Json, witness: Witness, study: str) -> Iterator[str]:
    run = witness.run(said["run_id"])
    if run.status != "FINISHED":
        yield f"it is {shown(run.status.lower())}, not finished"
    if run.study != study:
        yield f"it belongs to study {shown(run.study)}, not {shown(study)}"
    if run.name != said["name"]:
        yield f"according to its tags it is {shown(run.name)}"
    if said.get("ended", run.ended or 0) != (run.ended or 0):
        yield f"it ended at {run.ended} ms in the store, not {said['ended']}"
    for key, tag in _TAGS.items():
        stored = run.tags.get(tag, "")
        if stored != said.get(key):
            yield f"its {key} is {shown(stored)} in the store, not {said.get(key)!r}"


def _number_holds(number: Json, witness: Witness, values: dict[str, float]) -> Iterator[str]:
    stored = float(witness.value(number))
    values[number["id"]] = stored
    # Values that are read must be equal; derived ones may differ by rounding.
    tolerance = 1e-9 if "derived" in number else 0.0
    if not math.isclose(stored, number["value"], rel_tol=tolerance, abs_tol=tolerance / 1000):
        yield f"the store holds {stored!r}, not {number['value']!r}"


def _text_holds(said: Json, witness: Witness) -> Iterator[str]:
    stored = witness.text(said)
    if stored != said["text"]:
        yield f"the store holds {shown(stored)}"


def _file_holds(item: Json, witness: Witness) -> Iterator[str]:
    now = hashlib.sha256(witness.file(item["run_id"], item["path"])).hexdigest()
    if now != item["sha256"]:
        yield f"{item['path']} in the store differs from the one that the report was built with"
