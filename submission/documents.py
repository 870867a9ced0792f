"""Read the files of a study's runs that are handed in with the code: CSV and YAML."""

from collections.abc import Iterable

from report.delivery import Document
from report.errors import ReportError
from report.store.runs import Runs


def read(runs: Runs, documents: Iterable[Document]) -> dict[str, bytes]:
    """Read a study's documents, by their path in the zip.

    Raises:
        ReportError: a run, or something it should contain, is missing.
    """
    return {
        document.path(runs.profile, runs.study): _content(runs, document) for document in documents
    }


def _content(runs: Runs, document: Document) -> bytes:
    stage = runs.stage(document.run)
    if "." not in document.name:
        return stage.table(document.name).data
    content = stage.store.artifact(stage.run, f"files/{document.name}")
    if content is None:
        raise ReportError(
            f"Expected {document.name} in run {document.run} ({stage.run.run_id}). Received: none"
        )
    return content
