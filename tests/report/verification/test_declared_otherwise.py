"""A report whose declarations differ from its study in the project, or that has no study there."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from report.evidence.values import Json
from report.study import Study
from report.verification import answered_again
from report.verification.carried import Carried
from report.verification.verify import disagreements
from tests.report.conftest import Planted
from tests.report.verification.lies import METRICS, said, sql


def declared(carried: Carried, question: int, change: Callable[[Json], object]) -> Carried:
    """Declare a study otherwise in a report that carries its declarations."""
    study = copy.deepcopy(carried.study.as_json())
    change([asked for part in study["sections"] for asked in part["questions"]][question - 1])
    return replace(carried, study=Study.from_json(study))


DECLARED_LIES: dict[str, tuple[Callable[[Json], object], str]] = {
    "how long an answer may be": (
        lambda asked: asked.update(sentences=[1, 9]),
        "Question 5: 1 to 3 sentences allowed by the study",
    ),
    "a threshold": (
        lambda asked: asked["evidence"]["help"].update(smallest=0.9),
        "Question 5: it declares help differently from the study",
    ),
    "what a value is read from": (
        lambda asked: asked["evidence"]["gap_with"].update(metric="gap_without"),
        "Question 5: it declares gap_with differently from the study",
    ),
    "a value left out": (
        lambda asked: asked["evidence"].pop("gap_with"),
        "Question 5: it does not declare gap_with, which the study does",
    ),
    "another label": (
        lambda asked: asked.update(label="5b"),
        "Question 5: it is in the study but not in the report",
    ),
}


@pytest.mark.parametrize("lie", DECLARED_LIES)
def test_what_a_report_declares_otherwise_than_its_study_is_found(
    carried: Carried, lie: str
) -> None:
    change, message = DECLARED_LIES[lie]
    assert message in said(disagreements(declared(carried, 5, change), None))


def test_a_meaning_or_heading_reworded_since_is_no_lie(
    carried: Carried, planted_once: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reword(asked: Json) -> None:
        asked["heading"] = "What dropout does"
        asked["evidence"]["help"]["meaning"] = "dropout compared"

    reworded = declared(carried, 5, reword)
    with monkeypatch.context() as since:
        since.setattr(answered_again, "STUDIES", (reworded.study,))
        evidence = {**carried.evidence, "edition": "f" * 64}
        assert disagreements(replace(carried, evidence=evidence), None) == []
    # But a report's pages and ledger must say what its own declarations say.
    lines = disagreements(reworded, None)
    assert [line.partition(" says ")[0] for line in lines[:2]] == ["page 1", "page 4"]
    assert lines[2:] == [
        "'Question 5 What dropout does' is not printed",
        "Question 5: its heading is 'What dropout does', not 'Whether dropout helped'",
    ]
    found = said(disagreements(reworded, planted_once.store()))
    assert "its meaning is 'mean difference: dropout compared', not 'mean difference: va" in found


def test_a_report_on_a_study_that_the_project_does_not_have_is_checked_by_its_own_declarations(
    carried: Carried, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered_again, "STUDIES", ())
    assert disagreements(carried, planted.store()) == []
    sql(METRICS)(planted)
    assert "the store holds 0.9223, not 0.9123" in said(disagreements(carried, planted.store()))
