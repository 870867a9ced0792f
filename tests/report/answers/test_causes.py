"""The answer to Question 9 follows its evidence, whatever that is."""

from dataclasses import dataclass

import pytest

from report.answers.files import answer_template
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import render
from report.evidence.reading import Reader
from report.store.reader import open_store
from report.store.runs import Runs
from report.studies.fashion import STUDY
from report.studies.fashion.explainability import Causes
from tests.report.planted import plant_explainability
from tests.report.writer import Writer

QUESTION = next(question for question in STUDY.questions if question.evidence is Causes)


@dataclass(frozen=True)
class Said:
    """The answer as it reads, and what it shows."""

    text: str
    shown: list[str]


def said(writer: Writer, **changed: float) -> Said:
    """Plant runs, and answer without any finding."""
    plant_explainability(writer.run, **changed)
    runs = Runs("fashion", "quick", open_store(writer.uri))
    words = answer_template("fashion", QUESTION)
    assert words is not None
    ledger = Ledger()
    answer, findings = render(
        QUESTION, Reader(QUESTION.declared, runs).all(), words, ledger, Formulas()
    )
    assert [str(finding) for finding in findings] == []
    assert answer is not None
    text = " ".join(answer.paragraphs)
    assert 4 <= len(answer.sentences) <= 7
    return Said(text, [block.shown.path for block in ledger.blocks])


def test_it_weighs_data_overfitting_and_underfitting(writer: Writer) -> None:
    text = said(writer).text
    assert "it overfits, with a gap of 3.9\u202fpercentage points" in text
    assert "It hardly underfits, since it misclassifies only 4.88" in text
    assert "We drew 25 of the 877 misclassified test images at random" in text
    assert "we judged the causes of one ourselves, and measured rules suggest" in text
    assert "The quality of the data limits the network: 28" in text
    assert "underrepresentation" in text


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"train_accuracy": 0.92, "train_error": 0.08}, "overfitting is not what limits it"),
        (
            {"train_accuracy": 0.92, "train_error": 0.08},
            "It also underfits, since it still mis",
        ),
        ({"doubtful_data_share": 0.2}, "The quality of the data is not shown to limit the network"),
        ({"judged": 0}, "suggested by measured rules and have not been judged"),
        (
            {"judged": 25, "judged_as_suggested": 19},
            "we judged the causes of all of them ourselves, nineteen as our rules suggest",
        ),
        ({"test_errors": 9, "samples": 9}, "We compared all 9 misclassified test images with"),
    ],
)
def test_other_evidence_is_answered_with_other_words(
    writer: Writer, changed: dict[str, float], expected: str
) -> None:
    assert expected in said(writer, **changed).text


def test_each_case_is_shown_beside_its_example_and_counterexample(writer: Writer) -> None:
    cases = [path for path in said(writer).shown if "case" in path]
    assert cases == [f"figures/case_{at}.svg" for at in (1, 2, 3, 4)]


def test_fewer_cases_than_four_are_shown_as_they_are(writer: Writer) -> None:
    found = said(writer, cases=2)
    assert [path for path in found.shown if "case" in path] == [
        "figures/case_1.svg",
        "figures/case_2.svg",
    ]
    assert "underrepresentation (Figure" in found.text
