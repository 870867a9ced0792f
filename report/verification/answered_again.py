"""Render a report's answers again, from its attached templates and the runs it names.

This finds a sentence that was changed together with its evidence: every sentence must follow from
its template, and a template may claim only what its verdicts support.
"""

from collections.abc import Iterator

from report.answers import rendering as answers
from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.normal_form import plain
from report.answers.rendering import Answer
from report.errors import ReportError
from report.evidence.reading import Reader
from report.evidence.values import Json
from report.store.reader import Store
from report.store.runs import Runs
from report.studies import STUDIES
from report.study import Question, Study
from report.verification.carried import Carried


def disagreements(carried: Carried, store: Store) -> Iterator[str]:
    """List all answers that differ when rendered again."""
    evidence, study = carried.evidence, carried.study
    if study.name != evidence["study"]:
        yield f"its declarations are for study {study.name}, not {evidence['study']}"
        return
    pinned = {run["name"]: run["run_id"] for run in evidence["runs"]}
    runs = Runs(study.name, evidence["profile"], store, pinned)
    answered = {answer["question"]: answer for answer in evidence["answers"]}
    ledger = Ledger()
    for question in study.questions:
        where = f"Question {question.label}"
        if question.label not in answered:
            yield f"{where}: it is not answered"
            continue
        said = answered[question.label]
        source = carried.files.get(said["template"], b"").decode(errors="replace")
        words = AnswerTemplate(said["template"], source)
        try:
            yield from (f"{where}: {line}" for line in _again(question, words, said, runs, ledger))
        except (ReportError, ValueError) as error:
            yield f"{where}: {error}"
    yield from _ledger(evidence, ledger)


def declared_otherwise(attached: Study) -> Iterator[str]:
    """List where a report's declarations differ from the project's study of that name.

    Headings and meanings may have been reworded since. How a value is read, the rule and threshold
    of a verdict, and the length of an answer must be the same, because they decide what a report
    may say. For a study that the project does not have, the report's declarations are used.
    """
    own = next((study for study in STUDIES if study.name == attached.name), None)
    if own is None:
        return
    asked = {question.label: question for question in attached.questions}
    for question in own.questions:
        where, said = f"Question {question.label}", asked.pop(question.label, None)
        if said is None:
            yield f"{where}: it is in the study but not in the report"
            continue
        if said.sentences != question.sentences:
            yield f"{where}: {question.limits or 'any number of sentences'} allowed by the study"
        for name, declared in question.declared.items():
            if name not in said.declared:
                yield f"{where}: it does not declare {name}, which the study does"
            elif said.declared[name].decides() != declared.decides():
                yield f"{where}: it declares {name} differently from the study"
        for name in said.declared.keys() - question.declared.keys():
            yield f"{where}: it declares {name}, which the study does not"
    for label in asked:
        yield f"Question {label}: it is in the report but not in the study"


def _again(
    question: Question, words: AnswerTemplate, said: Json, runs: Runs, ledger: Ledger
) -> Iterator[str]:
    read = Reader(question.declared, runs).all()
    answer, findings = answers.render(question, read, words, ledger, Formulas())
    yield from (str(finding) for finding in findings)
    yield from _sentences(answer, said)


def _sentences(answer: Answer | None, said: Json) -> Iterator[str]:
    now = [plain(sentence) for sentence in answer.sentences] if answer else []
    then = [plain(sentence) for sentence in said["sentences"]]
    for sentence in then:
        if sentence not in now:
            yield f"{sentence!r} does not follow from its template and the runs"
    for sentence in now:
        if sentence not in then:
            yield f"{sentence!r} is missing"


def _ledger(evidence: Json, ledger: Ledger) -> Iterator[str]:
    """Compare the numbers and verdicts with those that the templates give now."""
    now = {entry.id: (entry.printed.text, entry.number.value) for entry in ledger.entries}
    then = {number["id"]: (number["text"], number["value"]) for number in evidence["numbers"]}
    for id_ in now.keys() | then.keys():
        if now.get(id_) != then.get(id_):
            found, said = now.get(id_, ("nothing",))[0], then.get(id_, ("nothing",))[0]
            yield f"{id_}: its template and the runs give {found}, the report says {said}"
    verdicts = {
        (judged.question, judged.verdict.name): judged.verdict for judged in ledger.judgements
    }
    for verdict in evidence["verdicts"]:
        made = verdicts.get((verdict["question"], verdict["name"]))
        if made is None or (str(made.outcome), dict(made.thresholds)) != (
            verdict["value"],
            verdict["thresholds"],
        ):
            yield f"verdict {verdict['name']}: the study's rule does not give {verdict['value']!r}"
