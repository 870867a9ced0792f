"""Lies told the same way throughout the PDF: only the store and the templates reveal them."""

import copy
import re
from dataclasses import replace

import pytest

from report.evidence.values import Json
from report.verification.carried import Carried
from report.verification.verify import disagreements
from tests.report.conftest import Planted
from tests.report.verification.lies import help_verdict, number, said


def test_a_claim_turned_everywhere_is_found_by_its_template(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    sentences = evidence["answers"][4]["sentences"]
    sentences[0] = sentences[0].replace("Dropout helped", "Dropout hurt")
    texts, bodies = (
        # Wherever the line happens to break.
        tuple(re.sub(r"Dropout(\s+)helped", r"Dropout\1hurt", text) for text in read)
        for read in (carried.texts, carried.bodies)
    )
    assert texts != carried.texts
    forged = replace(carried, evidence=evidence, texts=texts, bodies=bodies)
    assert disagreements(forged, None) == []
    found = said(disagreements(forged, planted_once.store()))
    assert "'Dropout hurt" in found
    assert "does not follow from its template" in found


def test_a_template_turned_with_it_is_found_by_its_claim(
    carried: Carried, planted_once: Planted
) -> None:
    import hashlib

    evidence = copy.deepcopy(carried.evidence)
    answer = evidence["answers"][4]
    words = b"Dropout hurt."
    answer.update(sentences=[words.decode()], sha256=hashlib.sha256(words).hexdigest())
    forged = replace(
        carried,
        evidence=evidence,
        files={**carried.files, answer["template"]: words},
        texts=tuple(text.replace("Dropout helped", "Dropout hurt.") for text in carried.texts),
    )
    found = said(disagreements(forged, planted_once.store()))
    assert "Expected a verdict or a require in the sentence that claims 'hurt'" in found


def test_a_threshold_made_to_suit_is_found_by_the_study(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    verdict = help_verdict(evidence)
    verdict["thresholds"]["smallest"] = 0.9
    verdict["value"] = "made no measurable difference"
    forged = replace(carried, evidence=evidence)
    (line,) = disagreements(forged, None)
    assert "says 'helped,' instead of 'made no measurable difference,' in 'Verdict help" in line
    found = said(disagreements(forged, planted_once.store()))
    assert "verdict help: the study's rule does not give 'made no measurable difference'" in found


def reword_meaning(evidence: Json) -> None:
    number(evidence, "0.912", "6")["meaning"] = "accuracy on the test images"


def add_seeds(evidence: Json) -> None:
    next(item for item in evidence["numbers"] if item.get("seeds"))["seeds"] = ["1", "2", "3", "4"]


def set_reason(evidence: Json) -> None:
    answer = next(answer for answer in evidence["answers"] if answer["allowed"])
    answer["allowed"][0]["reason"] = "it is well known"


def other_figure(evidence: Json) -> None:
    first, second = evidence["figures"][:2]
    first.update({key: second[key] for key in ("run_id", "path", "sha256")})


def other_words_for_a_picture(evidence: Json) -> None:
    evidence["figures"][0]["alt"] = "Test accuracy rises to the top."
    evidence["alternatives"].append("Test accuracy rises to the top.")


RECORDED_LIES = {  # what the store shows, and what the pages do
    "a meaning": (reword_meaning, "its meaning is", "instead of 'accuracy on the test images'"),
    "seeds": (add_seeds, "its seeds is", "instead of '1, 2, 3, 4'"),
    "a reason": (set_reason, "its allowed is", ""),
    "another figure": (other_figure, "figures, figure-1: its path is", ""),
    "an alternative text": (other_words_for_a_picture, "figures, figure-1: its alt is", ""),
}


@pytest.mark.parametrize("lie", RECORDED_LIES)
def test_what_the_evidence_says_of_a_number_or_a_figure_follows_from_its_template(
    carried: Carried, planted_once: Planted, lie: str
) -> None:
    change, message, printed = RECORDED_LIES[lie]
    evidence = copy.deepcopy(carried.evidence)
    change(evidence)
    forged = replace(carried, evidence=evidence)
    on_pages = said(disagreements(forged, None))
    assert printed in on_pages if printed else on_pages == ""
    assert message in said(disagreements(forged, planted_once.store()))


def test_a_question_left_out_is_found(carried: Carried, planted_once: Planted) -> None:
    evidence = copy.deepcopy(carried.evidence)
    del evidence["answers"][4]
    forged = replace(carried, evidence=evidence)
    assert "Question 5: it is not answered" in said(disagreements(forged, planted_once.store()))
