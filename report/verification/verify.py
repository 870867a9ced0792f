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


def disagreements(report: Carried, store: Store | None, *, redraw: bool = False) -> list[str]:
    """List all problems, each once.

    Args:
        report: the report, read back from its PDF.
        store: where its runs are; without it, only inconsistencies within the PDF are found.
        redraw: whether to lay it out again from the store, if nothing else is wrong, and compare
            what its pages draw.
    """
    found = list(consistency.disagreements(report))
    found += answered_again.declared_otherwise(report.study, report.evidence.get("edition"))
    if store is not None:
        found += against_store.disagreements(report.evidence, store)
        if report.study.name == report.evidence["study"]:
            again, differing = answered_again.answered(report, store)
            found += [*differing, *answered_again.disagreements(report, again)]
            if redraw and not found:
                # Imported here because loading the PDF engine takes a second.
                from report.verification import redrawn

                found += redrawn.disagreements(report.evidence, again)
        else:
            declared, named = report.study.name, report.evidence["study"]
            found.append(f"its declarations are for study {declared}, not {named}")
    return list(dict.fromkeys(found))
