"""What a study hands in: files and their names, statements, samples that a person judges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract import causes
from contract.names import Profile
from report.store.runs import Runs


@dataclass(frozen=True)
class Statement:
    """A section that closes the report, with text from `handin.toml`.

    Args:
        heading: heading of the section.
        fact: key of its text in `handin.toml`, such as `collaboration`.
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
        causes: name of the run that suggests causes and reads the judgements.
    """

    mistakes: str
    causes: str

    def changed(self, parameters: Mapping[str, Any], runs: Runs, root: Path) -> Iterator[str]:
        """Compare the judgements that the run `causes` has read with those now in the file."""
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
        run: name of the run, such as `classification.tuning`.
        name: name of the table, or of the file with its extension.
        title: what it is, in a few words.
        written: its name in the zip; by default its name in the run.
    """

    run: str
    name: str
    title: str
    written: str = ""

    def path(self, profile: str, study: str) -> str:
        """Return its path in the zip, which is where the notebooks write it."""
        name = self.written or self.name
        return f"results/{study}/{profile}/{name if '.' in name else name + '.csv'}"


@dataclass(frozen=True)
class Written:
    """A file of a run that goes into a flat zip.

    Args:
        run: name of the run, such as `densenet.final`.
        name: name of the file in the run, with its extension.
        written: its name in the zip.
        max_bytes: largest size allowed; None for no limit.
    """

    run: str
    name: str
    written: str
    max_bytes: int | None = None


@dataclass(frozen=True)
class Attempt:
    """A trial run of a program in a flat zip, made before it is handed in.

    Args:
        arguments: arguments of Python in the unpacked zip; `{output}` is a file to write.
        output: file in the zip whose first lines the written file must equal.
        inputs: files of runs to put beside the programs first; here, `written` is a path.
    """

    arguments: tuple[str, ...]
    output: str
    inputs: tuple[Written, ...] = ()


@dataclass(frozen=True)
class Flat:
    """A zip without folders that contains exactly the files named here.

    Args:
        folder: the hand-in's folder, relative to the project's.
        programs: its programs; the modules of `package` that they import are inlined.
        package: name of the package beside the programs.
        modules: modules of the package that are handed in unchanged, without their extension.
        readme: README in `folder`; the files in `tried` are appended to it.
        tried: files of runs to append to the README.
        files: files of runs to hand in.
        attempts: trial runs of the programs.
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
    """The two files to hand in for a study, named after the people who hand them in.

    Args:
        report: name of the PDF without its extension; `{group}`, `{names}` and `{student_id}` are
            filled in.
        code: name of the zip, in the same form.
        documents: tables and files of runs that the zip contains.
        flat: the zip's files, if they are prescribed; None for the project's code and `documents`.
        enclosed: whether the zip contains the report as well.
        lock: the lock file that its README installs, in `locks/`.
        python: the oldest version of Python for that lock.
    """

    report: str
    code: str
    documents: tuple[Document, ...] = ()
    flat: Flat | None = None
    enclosed: bool = False
    lock: str = "run.txt"
    python: str = "3.11"

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that appear in the two file names."""
        names = f"{self.report}{self.code}"
        return tuple(fact for fact in ("group", "student_id") if f"{{{fact}}}" in names)
