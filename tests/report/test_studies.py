"""Each study's questions, evidence and answers fit together."""

import json

import pytest

from report.answers.files import answer_template
from report.answers.template import environment, parse, typed_by_hand, unknown_names
from report.store.reader import ROOT
from report.studies import STUDIES
from report.study import Question, Study

WORDS = ("verdict", "figure", "table")
QUESTIONS = [(study, question) for study in STUDIES for question in study.questions]
IDS = [f"{study.name} {question.label}" for study, question in QUESTIONS]


@pytest.mark.parametrize(("study", "question"), QUESTIONS, ids=IDS)
def test_an_answer_names_only_what_its_evidence_has(study: Study, question: Question) -> None:
    words = answer_template(study.name, question, ROOT)
    assert words is not None
    tree, findings = parse(environment(lambda value: value), words.source, words.file)
    assert findings == []
    assert tree is not None
    known = {*question.declared, *WORDS}
    assert unknown_names(tree, words.source, words.file, known) == []
    assert typed_by_hand(tree, words.source, words.file) == []


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_a_study_is_data_that_can_be_written_and_read_back(study: Study) -> None:
    said = json.dumps(study.as_json())
    again = Study.from_json(json.loads(said))
    assert json.dumps(again.as_json()) == said
    assert [question.label for question in again.questions] == [
        question.label for question in study.questions
    ]
