"""Build a report: runs -> evidence -> answers, with every problem found on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract import names
from report import handin
from report.answers import files
from report.answers import rendering as answers
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import Answer
from report.errors import LackingError, ReportError
from report.evidence.reading import Reader
from report.pages.attachments import template_name
from report.store import staleness
from report.store.reader import ROOT
from report.store.runs import Runs
from report.study import Question, Study


@dataclass(frozen=True)
class Unanswered:
    """A question whose answer cannot be rendered, and why; `lacking` if its data was not found."""

    question: Question
    reason: str
    lacking: bool = False


@dataclass(frozen=True)
class Report:
    """A report before its layout.

    Args:
        study: the study.
        runs: the runs it cites.
        answers: one per question, in order.
        ledger: every number, figure, table and verdict it prints.
        formulas: the formulas it draws.
        facts: the contents of `handin.toml`.
        problems: why it cannot be built, one line each.
        remedies: commands that fix the problems.
        unused: the author's files that were not read, one line each.
        lacking: the problems due to missing data; if there are no others, the report is a draft.
    """

    study: Study
    runs: Runs
    answers: Sequence[Answer | Unanswered]
    ledger: Ledger
    formulas: Formulas
    facts: handin.HandIn
    problems: tuple[str, ...]
    remedies: tuple[str, ...]
    unused: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    def answered(self) -> list[Answer]:
        """List the answers that could be rendered."""
        return [answer for answer in self.answers if isinstance(answer, Answer)]

    def stand_in(self) -> bool:
        """Whether any cited run used generated data."""
        return any(
            stage.run.tags.get(names.Tag.DATA_SOURCE) != names.DataSource.REAL
            for stage in self.runs.cited.values()
        )


def collect(study: Study, runs: Runs, root: Path = ROOT) -> Report:
    """Read the evidence and render all answers.

    Args:
        study: the study.
        runs: the runs to read the evidence from.
        root: the project's folder.
    """
    ledger, formulas = Ledger(), Formulas()
    made: list[Answer | Unanswered] = []
    problems: list[str] = []
    lacking: list[str] = []
    remedies: list[str] = []
    for question in study.questions:
        answer, found, command = _answer(study, question, runs, ledger, formulas, root)
        made.append(answer)
        problems += found
        lacking += found if isinstance(answer, Unanswered) and answer.lacking else []
        remedies += [command] if command else []
    unused = files.unused(study.name, study.questions, root)
    problems += [str(file) for file in unused if file.meant]
    stale = [str(item) for item in staleness.stale_runs(runs, root, study.outside)]
    stale += filter(None, (staleness.changed_plan(runs, root), staleness.mixed_seeds(runs)))
    if stale:
        problems += stale
        remedies.append(runs.remedy)
    return Report(
        study=study,
        runs=runs,
        answers=made,
        ledger=ledger,
        formulas=formulas,
        facts=handin.read(root),
        problems=tuple(dict.fromkeys(problems)),
        remedies=tuple(dict.fromkeys(remedies)),
        unused=tuple(str(file) for file in unused if not file.meant),
        lacking=tuple(dict.fromkeys(lacking)),
    )


def _answer(
    study: Study, question: Question, runs: Runs, ledger: Ledger, formulas: Formulas, root: Path
) -> tuple[Answer | Unanswered, list[str], str | None]:
    try:
        words = files.answer_template(study.name, question, root)
        if words is None:
            raise ReportError(
                f"Expected an answer to Question {question.label} in {files.OWN}/{study.name}/"
                f"{template_name(question.key)}. Received: none"
            )
        evidence = Reader(question.declared, runs).all()
    except ReportError as error:
        lacking = isinstance(error, LackingError)
        return Unanswered(question, error.message, lacking), [error.message], error.command
    except ValueError as error:
        return Unanswered(question, str(error)), [f"Question {question.label}: {error}"], None
    answer, findings = answers.render(question, evidence, words, ledger, formulas)
    lines = [str(finding) for finding in findings]
    if answer is None:
        return Unanswered(question, "; ".join(lines)), lines, None
    return answer, lines, None


def refuse(report: Report) -> None:
    """Refuse a report that has problems, unless all are due to missing data.

    Raises:
        ReportError: all problems, and the commands that fix them.
    """
    if set(report.problems) - set(report.lacking):
        count = len(report.problems)
        plural = "s" if count > 1 else ""
        head = f"The report on {report.study.name} cannot be built ({count} problem{plural}):"
        lines = [head, *(f"  {item}" for item in report.problems)]
        raise ReportError("\n".join(lines), " && ".join(report.remedies) or None)
