"""Verify a report: check its PDF for consistency with itself and with the store."""

from report.store.reader import Store
from report.verification import against_store, answered_again, carried, consistency, shape
from report.verification.carried import Carried


def read(data: bytes, name: str) -> Carried:
    """Read a report's PDF back.

    Args:
        data: the file.
        name: its name in error messages.

    Raises:
        ReportError: it is not a PDF, or its evidence does not have the form that a report gives it.
    """
    found = carried.read(data, name)
    shape.require_shape(found.evidence)
    return found


def disagreements(report: Carried, store: Store | None) -> list[str]:
    """List all problems, each once; without a store, only inconsistencies within the PDF."""
    found = list(consistency.disagreements(report))
    found += answered_again.declared_otherwise(report.study, report.evidence.get("edition"))
    if store is not None:
        found += against_store.disagreements(report.evidence, store)
        found += answered_again.disagreements(report, store)
    return list(dict.fromkeys(found))
