"""The CSV and YAML files of a study's runs that are handed in with the code."""

from collections.abc import Mapping
from dataclasses import dataclass

from report.errors import ReportError
from report.store.runs import Runs


@dataclass(frozen=True)
class Document:
    """A table or a file of a run.

    Args:
        run: its name, such as `classification.tuning`.
        name: name of the table, or of the file with its extension.
        title: what it is, in a few words.
        written: its name in the zip; by default the same as in the run.
    """

    run: str
    name: str
    title: str
    written: str = ""

    def path(self, profile: str, study: str) -> str:
        """Its path in the zip, the same as where the notebooks write it."""
        name = self.written or self.name
        return f"results/{study}/{profile}/{name if '.' in name else name + '.csv'}"


DOCUMENTS: Mapping[str, tuple[Document, ...]] = {
    "fashion": (
        Document("classification.tuning", "trials", "every trial of the grid, with its accuracy"),
        Document("classification.regularization", "pairs", "each seed with and without dropout"),
        Document(
            "classification.final", "final.yaml", "everything needed to rebuild the classifier"
        ),
        Document("encoding.tuning", "trials", "every trial of the autoencoder", "encoding_trials"),
        Document("encoding.shrink", "sizes", "the error at each size of the code"),
        Document(
            "encoding.final", "autoencoder.yaml", "everything needed to rebuild the autoencoder"
        ),
        Document("explainability.causes", "causes", "the causes of each misclassification"),
    )
}
JUDGED = {"fashion"}  # studies whose misclassified samples a person judges


def read(runs: Runs) -> dict[str, bytes]:
    """Read a study's documents, by their path in the zip.

    Raises:
        ReportError: a run, or something it should contain, is missing.
    """
    return {
        document.path(runs.profile, runs.study): _content(runs, document)
        for document in DOCUMENTS[runs.study]
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
