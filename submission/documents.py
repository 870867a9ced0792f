"""What a study's runs wrote down that is handed in with the code: CSV and YAML files."""

from collections.abc import Mapping
from dataclasses import dataclass

from report.errors import ReportError
from report.store.runs import Runs


@dataclass(frozen=True)
class Document:
    """A table or a file of a run.

    Args:
        run: its name, such as `classification.tuning`.
        name: of the table, or of the file with its ending.
        title: what it is, in a few words.
        written: its name in the zip; as in the run where not given.
    """

    run: str
    name: str
    title: str
    written: str = ""

    def path(self, profile: str, study: str) -> str:
        """Its path in the zip: as the notebooks write it."""
        name = self.written or self.name
        return f"results/{study}/{profile}/{name if '.' in name else name + '.csv'}"


DOCUMENTS: Mapping[str, tuple[Document, ...]] = {
    "fashion": (
        Document("classification.tuning", "trials", "every trial of the grid, with its accuracy"),
        Document("classification.regularization", "pairs", "each seed with dropout and without"),
        Document("classification.final", "final.yaml", "all that makes the classifier again"),
        Document("encoding.tuning", "trials", "every trial of the autoencoder", "encoding_trials"),
        Document("encoding.shrink", "sizes", "the error at each size of the code"),
        Document("encoding.final", "autoencoder.yaml", "all that makes the autoencoder again"),
        Document("explainability.causes", "causes", "the causes of each misclassification"),
    )
}
JUDGED = {"fashion"}  # studies whose misclassified samples a person judges


def read(runs: Runs) -> dict[str, bytes]:
    """Read a study's documents, by their path in the zip.

    Raises:
        ReportError: a run is missing, or does not hold what it should.
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
