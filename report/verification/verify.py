"""Verify a report: hold its PDF against itself and against the store."""

from report.store.reader import Store
from report.verification import against_store, answered_again, carried, consistency, shape
from report.verification.carried import Carried


def read(data: bytes, name: str) -> Carried:
    """Read a report's PDF back.

    Args:
        data: the file.
        name: what to call it in errors.

    Raises:
        ReportError: it is no PDF, or its evidence does not have the form that a report gives it.
    """
    found = carried.read(data, name)
    shape.require_shape(found.evidence)
    return found


def disagreements(report: Carried, store: Store | None) -> list[str]:
    """Name all that is not borne out, each once; without a store, what the PDF itself belies."""
    found = [*consistency.disagreements(report), *answered_again.declared_otherwise(report.study)]
    if store is not None:
        found += against_store.disagreements(report.evidence, store)
        found += answered_again.disagreements(report, store)
    return list(dict.fromkeys(found))
