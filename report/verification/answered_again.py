"""Answer a report's questions again, from the templates that it carries and the runs it names.

Whoever changes a sentence of a report and its evidence alike is found here: the sentence must
follow from its template, and a template may claim nothing that its verdicts do not bear out.
"""

from collections.abc import Iterator

from report.answers import rendering as answers
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.normal_form import plain
from report.answers.rendering import Answer, AnswerTemplate
from report.errors import ReportError
from report.evidence.values import Json
from report.store.reader import Store
from report.store.runs import Runs
from report.studies import STUDIES
from report.study import Question
from report.verification.carried import Carried


def disagreements(carried: Carried, store: Store) -> Iterator[str]:
    """Name all answers that read otherwise when they are rendered again."""
    evidence = carried.evidence
    study = next((study for study in STUDIES if study.name == evidence["study"]), None)
    if study is None:
        yield f"there is no study {evidence['study']} to answer its questions again"
        return
    pinned = {run["name"]: run["run_id"] for run in evidence["runs"]}
    runs = Runs(study.name, evidence["profile"], store, pinned)
    answered = {answer["question"]: answer for answer in evidence["answers"]}
    ledger = Ledger()
    for question in study.questions:
        where = f"Question {question.number}"
        if question.number not in answered:
            yield f"{where}: it is not answered"
            continue
        said = answered[question.number]
        source = carried.files.get(said["template"], b"").decode(errors="replace")
        words = AnswerTemplate(said["template"], source)
        try:
            yield from (f"{where}: {line}" for line in _again(question, words, said, runs, ledger))
        except (ReportError, ValueError) as error:
            yield f"{where}: {error}"
    yield from _ledger(evidence, ledger)


def _again(
    question: Question, words: AnswerTemplate, said: Json, runs: Runs, ledger: Ledger
) -> Iterator[str]:
    read = question.evidence.read(runs)
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
