"""What a study says of its hand-in: files and their names, statements, samples a person judges."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """A section that closes the report, in words of `handin.toml`.

    Args:
        heading: of the section.
        fact: key of its words, such as `collaboration`.
    """

    heading: str
    fact: str


GENERATIVE_AI = Statement("Use of generative AI", "generative_ai")
COLLABORATION = Statement("Collaboration and task distribution", "collaboration")


@dataclass(frozen=True)
class Judged:
    """Runs whose misclassified samples a person judges on the annotation page.

    Args:
        mistakes: name of the run with the samples.
        causes: name of the run that suggests causes, and takes the judgements in.
    """

    mistakes: str
    causes: str


@dataclass(frozen=True)
class Document:
    """A table or a file of a run that is handed in with the code.

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


@dataclass(frozen=True)
class Delivery:
    """The two files that a study is handed in as, named after the group and its authors.

    Args:
        report: name of the PDF without its ending; `{group}` and `{names}` are filled in.
        code: likewise of the zip.
        documents: what the zip holds of the runs.
    """

    report: str
    code: str
    documents: tuple[Document, ...] = ()
