"""Build a report: runs -> evidence -> answers, with all that stands against it."""

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
from report.errors import ReportError
from report.evidence.reading import Reader
from report.pages.attachments import template_name
from report.store import staleness
from report.store.reader import ROOT
from report.store.runs import Runs
from report.study import Question, Study


@dataclass(frozen=True)
class Unanswered:
    """A question whose answer cannot be rendered, and why."""

    question: Question
    reason: str


@dataclass(frozen=True)
class Report:
    """A report before it is set.

    Args:
        study: what it reports on.
        runs: those it cites.
        answers: one a question, in order.
        ledger: what it prints.
        formulas: what it draws.
        facts: the hand-in's own.
        problems: what stands against it, a line each.
        mending: commands that mend it.
        unused: files of the author's that were not read, a line each.
    """

    study: Study
    runs: Runs
    answers: Sequence[Answer | Unanswered]
    ledger: Ledger
    formulas: Formulas
    facts: handin.HandIn
    problems: tuple[str, ...]
    mending: tuple[str, ...]
    unused: tuple[str, ...] = ()

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
        study: what to report on.
        runs: where its evidence comes from.
        root: the project's folder.
    """
    ledger, formulas = Ledger(), Formulas()
    made: list[Answer | Unanswered] = []
    problems: list[str] = []
    mending: list[str] = []
    for question in study.questions:
        answer, found, command = _answer(study, question, runs, ledger, formulas, root)
        made.append(answer)
        problems += found
        mending += [command] if command else []
    unused = files.unused(study.name, study.questions, root)
    problems += [str(file) for file in unused if file.meant]
    stale = [str(item) for item in staleness.stale_runs(runs, root)]
    stale += filter(None, (staleness.changed_plan(runs, root), staleness.mixed_seeds(runs)))
    if stale:
        problems += stale
        mending.append(runs.mending)
    return Report(
        study=study,
        runs=runs,
        answers=made,
        ledger=ledger,
        formulas=formulas,
        facts=handin.read(root),
        problems=tuple(dict.fromkeys(problems)),
        mending=tuple(dict.fromkeys(mending)),
        unused=tuple(str(file) for file in unused if not file.meant),
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
        return Unanswered(question, error.message), [error.message], error.command
    except ValueError as error:
        return Unanswered(question, str(error)), [f"Question {question.label}: {error}"], None
    answer, findings = answers.render(question, evidence, words, ledger, formulas)
    lines = [str(finding) for finding in findings]
    if answer is None:
        return Unanswered(question, "; ".join(lines)), lines, None
    return answer, lines, None


def refuse(report: Report) -> None:
    """Refuse a report that something stands against.

    Raises:
        ReportError: with all of it, and the commands that mend it.
    """
    if report.problems:
        count = len(report.problems)
        head = f"The report on {report.study.name} is refused, for {count} reason"
        lines = [f"{head}{'s' if count > 1 else ''}:", *(f"  {item}" for item in report.problems)]
        raise ReportError("\n".join(lines), " && ".join(report.mending) or None)
