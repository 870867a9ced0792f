"""Render a report's answers again, from its attached templates and the runs it names.

This finds a sentence that was changed together with its evidence: every sentence must follow from
its template, and a template may claim only what its verdicts support.
"""

import math
from collections.abc import Iterator

from report import record
from report.answers import rendering as answers
from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.normal_form import plain
from report.answers.rendering import Answer
from report.build import Report
from report.errors import ReportError
from report.evidence.reading import Reader
from report.evidence.values import Json
from report.handin import HandIn
from report.pages.edition import edition
from report.store.reader import Store
from report.store.runs import Runs
from report.studies import STUDIES
from report.study import Study
from report.verification.carried import Carried

# How the items of each list are told apart.
_NAMED = {
    "numbers": ("id",),
    "figures": ("id",),
    "tables": ("id",),
    "verdicts": ("question", "name"),
    "answers": ("question",),
}
_WHOLE = {"figures", "tables", "verdicts", "answers"}  # none may be added or left out
# Keys that are compared elsewhere, some of them more leniently.
_ELSEWHERE = {"text", "value", "sentences", "sha256", "thresholds"}
_SINCE = {"words", "place", "pieces", "markers"}  # not recorded before reports had an edition


def answered(carried: Carried, store: Store) -> tuple[Report, list[str]]:
    """Render all answers again, and list where they differ from those in the PDF.

    Args:
        carried: the report; its study is the one that its evidence names.
        store: where its runs are.
    """
    evidence, study = carried.evidence, carried.study
    pinned = {run["name"]: run["run_id"] for run in evidence["runs"]}
    runs = Runs(study.name, evidence["profile"], store, pinned)
    said = {answer["question"]: answer for answer in evidence["answers"]}
    ledger, formulas = Ledger(), Formulas()
    given: list[Answer] = []
    found: list[str] = []
    for question in study.questions:
        where = f"Question {question.label}"
        if question.label not in said:
            found.append(f"{where}: it is not answered")
            continue
        template = said[question.label]["template"]
        source = carried.files.get(template, b"").decode(errors="replace")
        try:
            read = Reader(question.declared, runs).all()
            words = AnswerTemplate(template, source)
            answer, findings = answers.render(question, read, words, ledger, formulas)
        # The declarations come with the PDF, and may say anything.
        except (AttributeError, LookupError, ReportError, TypeError, ValueError) as error:
            found.append(f"{where}: {error}")
            continue
        found += [f"{where}: {finding}" for finding in findings]
        found += [f"{where}: {line}" for line in _sentences(answer, said[question.label])]
        given += [answer] if answer else []
    report = Report(study, runs, given, ledger, formulas, HandIn(), problems=(), remedies=())
    return report, found


def disagreements(carried: Carried, again: Report) -> Iterator[str]:
    """List what the PDF's evidence says otherwise than a report made again."""
    evidence, recorded = carried.evidence, record.evidence(again, draft=False)
    yield from _ledger(evidence, again.ledger)
    yield from _recorded(evidence, recorded)
    if evidence.get("edition") == edition():
        yield from _front(evidence, recorded)


def declared_otherwise(attached: Study, built_by: str | None) -> Iterator[str]:
    """List where a report's declarations differ from the project's study of that name.

    Headings and meanings may be worded differently in another edition of the project. How a value
    is read, the rule and threshold of a verdict, and the length of an answer must be the same,
    because they decide what a report may say. For a study that the project does not have, the
    report's declarations are used.
    """
    own = _own(attached.name)
    if own is None:
        return
    yield from _reworded(attached, own, built_by)
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


def _reworded(attached: Study, own: Study, built_by: str | None) -> Iterator[str]:
    """Compare the titles and headings of a report that was built by this edition."""
    if built_by != edition():
        return
    if attached.title != own.title:
        yield f"its title is {attached.title!r}, not {own.title!r}"
    headings = {question.label: question.heading for question in own.questions}
    for question in attached.questions:
        heading = headings.get(question.label, question.heading)
        if question.heading != heading:
            yield f"Question {question.label}: its heading is {question.heading!r}, not {heading!r}"
    sections = [section.heading for section in own.sections]
    for section in attached.sections:
        if section.heading not in sections:
            yield f"the study has no section {section.heading!r}"


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
    nothing = ("nothing", math.nan)
    for id_ in now.keys() | then.keys():
        found, said = now.get(id_, nothing), then.get(id_, nothing)
        if found[0] != said[0] or not _same(found[1], said[1]):
            yield f"{id_}: its template and the runs give {found[0]}, the report says {said[0]}"
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


def _recorded(evidence: Json, again: Json) -> Iterator[str]:
    """Compare the rest of what is recorded: meanings, seeds, sources, captions, reasons."""
    skipped = _ELSEWHERE if evidence.get("edition") == edition() else _ELSEWHERE | _SINCE
    for kind, names in _NAMED.items():
        now = {tuple(item[name] for name in names): item for item in again[kind]}
        for said in evidence[kind]:
            made = now.pop(tuple(said[name] for name in names), {})
            where = f"{kind}, {' '.join(said[name] for name in names)}"
            if not made and kind in _WHOLE:
                yield f"{where}: no template makes it"
            for key in sorted(made.keys() | said.keys()) if made else ():
                if key not in skipped and not _same(said.get(key), made.get(key)):
                    yield f"{where}: its {key} is {made.get(key)!r}, not {said.get(key)!r}"
        for left_out in now if kind in _WHOLE else ():
            yield f"{kind}, {' '.join(left_out)}: it is left out"


def _front(evidence: Json, again: Json) -> Iterator[str]:
    """Compare what the pages say outside the answers, as far as runs and study decide it."""
    answered = {said["question"] for said in evidence["answers"]}
    unanswered = {said["question"] for said in evidence["unanswered"]}
    asked = {
        "options": (evidence["options"], again["options"]),
        "questions both answered and unanswered": (sorted(answered & unanswered), []),
    }
    own = _own(evidence["study"])
    if own is not None:
        headings = [said["heading"] for said in evidence["statements"]]
        asked["statements"] = headings, [statement.heading for statement in own.statements]
        facts = own.delivery.facts if own.delivery else ()
        asked["facts"] = sorted(evidence["facts"]), sorted(facts)
    for what, (said, made) in asked.items():
        if said != made:
            yield f"its {what} are {said}, not {made}"


def _own(name: str) -> Study | None:
    """Find the project's study of that name."""
    return next((study for study in STUDIES if study.name == name), None)


def _same(one: object, other: object) -> bool:
    """Whether two values of JSON are equal; numbers may differ by rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other
