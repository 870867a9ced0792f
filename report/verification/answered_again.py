"""Answer a report's questions again, from the templates that it carries and the runs it names.

Whoever changes a sentence of a report and its evidence alike is found here: the sentence must
follow from its template, and a template may claim nothing that its verdicts do not bear out.
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
    """Name all answers that read otherwise when they are rendered again."""
    evidence, study = carried.evidence, carried.study
    if study.name != evidence["study"]:
        yield f"its declarations are of study {study.name}, not {evidence['study']}"
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
    """Name what a report declares otherwise than the project's own study of that name.

    Headings and meanings may have been reworded since; how a value is read, by which rule and
    threshold a verdict is reached, and how long an answer may be decide what a report may say.
    A study that is not the project's is taken as its report declares it.
    """
    own = next((study for study in STUDIES if study.name == attached.name), None)
    if own is None:
        return
    asked = {question.label: question for question in attached.questions}
    for question in own.questions:
        where, said = f"Question {question.label}", asked.pop(question.label, None)
        if said is None:
            yield f"{where}: the study asks it, the report does not"
            continue
        if said.sentences != question.sentences:
            yield f"{where}: {question.limits or 'any number of sentences'} allowed by the study"
        for name, declared in question.declared.items():
            if name not in said.declared:
                yield f"{where}: it declares no {name}, as the study does"
            elif said.declared[name].decides() != declared.decides():
                yield f"{where}: it declares {name} otherwise than the study does"
        for name in said.declared.keys() - question.declared.keys():
            yield f"{where}: it declares {name}, the study does not"
    for label in asked:
        yield f"Question {label}: the report asks it, the study does not"


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
    """Hold the numbers and verdicts against those that the templates give now."""
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
            yield f"verdict {verdict['name']}: the study does not come to {verdict['value']!r}"
