"""Render an answer to Question 3 from evidence made by hand: accepted, or refused."""

from dataclasses import replace

from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import Answer, render
from report.evidence.exhibits import Figure, Table
from report.evidence.reading import Value
from report.evidence.values import Form, ParamSource, Text
from report.evidence.verdicts import by_threshold
from report.study import Question
from tests.report.answers.test_printing import ORIGIN, number
from tests.report.planted import figure

Evidence = dict[str, Value]
QUESTION = Question("3", "What happened", sentences=(1, 3))
TRIALS = Table(
    origin=ORIGIN,
    name="trials",
    path="tables/trials.csv",
    data=b"",
    columns=("name", "rate", "accuracy"),
    cells=(("a", "0.001", "0.91234"), ("plain", "0.01", "0.9"), ("c", "0.5", "")),
)


def evidence(note: str = "plain", effect: float = 0.02) -> Evidence:
    table = replace(TRIALS, cells=(TRIALS.cells[0], (note, "0.01", "0.9"), TRIALS.cells[2]))
    return {
        "accuracy": number(0.9123, error=0.0054),
        "epochs": number(10.0, form=Form.COUNT),
        "note": Text(note, ParamSource(ORIGIN, "note")),
        "help": by_threshold(
            "help",
            "whether it helped",
            number(effect),
            at_least=0.01,
            outcomes=("helped", "did not"),
        ),
        "curves": Figure(ORIGIN, "figures/curves.svg", figure("c"), "0" * 64, 120.0, 40.0),
        "trials": table,
    }


def answered(source: str, given: Evidence | None = None) -> tuple[Answer | None, list[str], Ledger]:
    ledger = Ledger()
    answer, findings = render(
        QUESTION, given or evidence(), AnswerTemplate("q3.md.j2", source), ledger, Formulas()
    )
    return answer, [str(finding) for finding in findings], ledger


def accepted(source: str, given: Evidence | None = None) -> tuple[Answer, Ledger]:
    answer, findings, ledger = answered(source, given)
    assert findings == []
    assert answer is not None
    return answer, ledger


def refused(source: str, given: Evidence | None = None) -> str:
    _, findings, _ = answered(source, given)
    assert findings, "nothing was found"
    return "\n".join(findings)


def html(answer: Answer) -> str:
    return "".join(piece if isinstance(piece, str) else piece.html for piece in answer.pieces)
