"""Hold a report against the store: does each run still bear out what the PDF says of it?"""

import csv
import hashlib
import io
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from contract import names
from report.evidence.derivations import RULES, apply
from report.evidence.values import Json
from report.store.reader import Run, Store
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
    """The store lacks what a report says was read from it."""


class Witness:
    """Reads a store for what a report says of it, each thing once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: dict[str, Run | None] = {}
        self._files: dict[tuple[str, str], bytes | None] = {}

    def run(self, run_id: str) -> Run:
        """Find a run that is neither deleted nor unfinished."""
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
        """Read, or compute again, what a number of the evidence says where it came from."""
        run = self.run(source["run_id"])
        if "metric" in source:
            return self._metric(run, source["metric"], source["step"])
        if "param" in source or "table" in source:
            text = self.text(source)
            try:
                return float(text)
            except ValueError:
                raise _NotThereError(f"the run has no number, but {text!r}") from None
        if "array" in source:
            return self._array(run, source["array"])
        rule = source.get("derived", {}).get("rule")
        if rule not in RULES:
            raise _NotThereError("the evidence does not say where it came from")
        return apply(rule, [self.value(part) for part in source["derived"]["from"]])

    def _metric(self, run: Run, metric: str, step: int) -> float:
        points = self._store.history(run.run_id, metric)
        logged = [point.value for point in points if point.step == step]
        if not logged:
            raise _NotThereError(f"run {run.name} has no metric {metric} at step {step}")
        return logged[-1]

    def text(self, source: Json) -> str:
        """Read what a text, or a number as it is written, says where it came from."""
        run = self.run(source["run_id"])
        if "param" in source:
            if source["param"] not in run.params:
                raise _NotThereError(f"run {run.name} has no setting {source['param']}")
            return run.params[source["param"]]
        data = self.file(run.run_id, names.table_path(source["table"]))
        rows = [row for row in csv.reader(io.StringIO(data.decode())) if row]
        try:
            return rows[source["row"] + 1][rows[0].index(source["column"])]
        except (IndexError, ValueError):
            raise _NotThereError(
                f"run {run.name} has no table {source['table']}, row {source['row'] + 1},"
                f" {source['column']}"
            ) from None

    def _array(self, run: Run, name: str) -> "np.ndarray":
        import numpy as np

        data = self.file(run.run_id, names.array_path(name))
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def disagreements(evidence: Json, store: Store) -> Iterator[str]:
    """Name all that the store does not bear out."""
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


def _run(said: Json, witness: Witness, study: str) -> Iterator[str]:
    run = witness.run(said["run_id"])
    if run.status != "FINISHED":
        yield f"it is {run.status.lower()}, not finished"
    if run.study != study:
        yield f"it belongs to study {run.study}, not {study}"
    if run.name != said["name"]:
        yield f"the store calls it {run.name}"
    for key, tag in _TAGS.items():
        stored = run.tags.get(tag, "")
        if stored != said.get(key):
            yield f"its {key} is {stored!r} in the store, not {said.get(key)!r}"


def _number_holds(number: Json, witness: Witness, values: dict[str, float]) -> Iterator[str]:
    stored = float(witness.value(number))
    values[number["id"]] = stored
    # What is read must be equal; what is computed may differ by the order of a sum.
    tolerance = 1e-9 if "derived" in number else 0.0
    if not math.isclose(stored, number["value"], rel_tol=tolerance, abs_tol=tolerance / 1000):
        yield f"the store holds {stored!r}, not {number['value']!r}"


def _text_holds(said: Json, witness: Witness) -> Iterator[str]:
    stored = witness.text(said)
    if stored != said["text"]:
        yield f"the store holds {stored!r}"


def _file_holds(item: Json, witness: Witness) -> Iterator[str]:
    now = hashlib.sha256(witness.file(item["run_id"], item["path"])).hexdigest()
    if now != item["sha256"]:
        yield f"{item['path']} in the store is not the one that the report was built with"
