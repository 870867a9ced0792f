"""What a study says of its hand-in: files and their names, statements, samples a person judges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract import causes
from contract.names import Profile
from report.store.runs import Runs


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

    def changed(self, parameters: Mapping[str, Any], runs: Runs, root: Path) -> Iterator[str]:
        """Compare the judgements that the second run has taken in with those in the file now."""
        if "judged" not in parameters:
            return
        file = causes.path(runs.study, root)
        try:
            said = causes.as_texts(causes.read(file, Profile(runs.profile)))
        except causes.JudgementError as error:
            yield str(error)
            return
        if said != (parameters["judged"], parameters.get("remarks")):
            yield f"judgements changed ({file.relative_to(root).as_posix()})"


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
class Written:
    """A file of a run that lies in a flat zip.

    Args:
        run: its name, such as `densenet.final`.
        name: of the file in the run, with its ending.
        written: its name in the zip.
        max_bytes: largest size allowed; None for any.
    """

    run: str
    name: str
    written: str
    max_bytes: int | None = None


@dataclass(frozen=True)
class Attempt:
    """How a program of a flat zip is tried before it is handed in.

    Args:
        arguments: of the Python command in the unpacked zip, `{output}` for a file to write.
        output: file in the zip whose first lines the written file must equal.
        inputs: files of runs that are put beside the programs for it: `Written` with a path.
    """

    arguments: tuple[str, ...]
    output: str
    inputs: tuple[Written, ...] = ()


@dataclass(frozen=True)
class Flat:
    """A zip without folders, which holds exactly the files that are named here.

    Args:
        folder: of the hand-in, in the project.
        programs: its programs; modules of `package` that they import are written into them.
        package: folder beside the programs.
        modules: of that folder, without their endings; handed in beside the programs as they are.
        readme: README in `folder`; the files in `tried` are appended to it.
        tried: files of runs that end the README.
        files: files of runs.
        attempts: how the programs are tried.
    """

    folder: str
    programs: tuple[str, ...]
    package: str
    modules: tuple[str, ...]
    readme: str
    tried: tuple[Written, ...]
    files: tuple[Written, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Delivery:
    """The two files that a study is handed in as, named after who hands it in.

    Args:
        report: name of the PDF without its ending; `{group}`, `{names}` and `{student_id}` are
            filled in.
        code: likewise of the zip.
        documents: what the zip holds of the runs.
        flat: the zip's files, where they are fixed; None for the project's code with `documents`.
    """

    report: str
    code: str
    documents: tuple[Document, ...] = ()
    flat: Flat | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that the names of both files are made of."""
        names = f"{self.report}{self.code}"
        return tuple(fact for fact in ("group", "student_id") if f"{{{fact}}}" in names)
