"""Each study's questions, evidence and answers fit together."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Self

import pytest

from report.answers.files import answer_template
from report.answers.template import environment, parse, typed_by_hand, unknown_names
from report.evidence.values import Number
from report.store.reader import ROOT
from report.store.runs import Runs
from report.studies import STUDIES
from report.study import Question, Study, vocabulary

WORDS = ("verdict", "figure", "table")
QUESTIONS = [(study, question) for study in STUDIES for question in study.questions]
IDS = [f"{study.name} {question.number}" for study, question in QUESTIONS]


@pytest.mark.parametrize(("study", "question"), QUESTIONS, ids=IDS)
def test_an_answer_names_only_what_its_evidence_has(study: Study, question: Question) -> None:
    words = answer_template(study.name, question.number, ROOT)
    assert words is not None
    tree, findings = parse(environment(lambda value: value), words.source, words.file)
    assert findings == []
    assert tree is not None
    known = {*vocabulary(question.evidence), *WORDS}
    assert unknown_names(tree, words.source, words.file, known) == []
    assert typed_by_hand(tree, words.source, words.file) == []


@pytest.mark.parametrize(("study", "question"), QUESTIONS, ids=IDS)
def test_evidence_is_frozen_and_every_field_says_what_it_means(
    study: Study, question: Question
) -> None:
    evidence = question.evidence
    assert is_dataclass(evidence)
    assert evidence.__dataclass_params__.frozen
    assert list(vocabulary(evidence)) == [item.name for item in fields(evidence)]
    assert all(meaning.strip() for meaning in vocabulary(evidence).values())
    assert f"(Question {question.number})" in (evidence.__doc__ or ""), study.name


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_questions_are_numbered_and_their_limits_make_sense(study: Study) -> None:
    numbers = [question.number for question in study.questions]
    assert numbers == sorted(set(numbers))
    assert all(1 <= question.least <= question.most for question in study.questions)


def test_evidence_cannot_hide_behind_a_word_of_the_language() -> None:
    with pytest.raises(ValueError, match=r"Expected fields of Hidden .* Received: table"):
        Question(1, "What is hidden", 1, 3, Hidden)


@dataclass(frozen=True)
class Hidden:
    """Evidence with a field that no answer could reach."""

    table: Annotated[Number, "rows"]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the exploration."""
        return cls(table=runs.stage("classification.explore").count("images"))
