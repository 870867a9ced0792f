"""Templates that are refused, and what the message says."""

import pytest

from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import render
from tests.report.answers.rendered import QUESTION, evidence, refused


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ accuracy }} it is.", "Expected a number printed through the filter num"),
        ("{{ accuracy ~ '' }} it is.", "Expected a number printed through the filter num"),
        ("{{ accuracy.value }} it is.", "Expected an attribute that Number has for answers"),
        ("{{ trials | length }} it is.", "Expected evidence printed through num"),
        ("{{ note | num }} it is.", "Expected a number of the evidence"),
        ("{{ accuracy - epochs }} it is.", "Expected no arithmetic in an answer"),
        ("{{ verdict(note) }} it is.", "Expected a verdict of the evidence"),
        ("{{ table(curves) }} it is.", "Expected a table of the evidence"),
        ("{{ figure(curves, alt=' ', caption='c') }} x.", "Expected an alternative text"),
        ("{{ figure(curves, alt='a') }} it is.", "Expected a caption"),
        ("{{ figure(curves, alt=epochs | num, caption='c') }} x.", "text without numbers"),
        (
            "{{ figure(curves, alt=' Loss  by epoch.', caption='loss by Epoch') }} x.",
            "Received: its caption again, ' Loss  by epoch.'",
        ),
        ("{{ accuracy | num(interval=true) }} it is.", "Expected a number with an interval"),
        ("{{ accuracy | num(spread=true) }} it is.", "Expected a number over seeds"),
        ("{{ accuracy | num(words=true) }} it is.", "Expected a whole number"),
        ("{{ curves }} shows it.", "Expected a reference to a figure or table that this answer"),
        ("It rose. {% include 'q1.md.j2' %}", "q3.md.j2:1:13: Expected an answer that reads no"),
        ("{% extends '/etc/passwd' %}", "q3.md.j2:1:4: Expected an answer that reads no"),
        ("{% import 'os' as os %}It rose.", "Received: {% import 'os' as os %}It rose."),
        ("{% from 'os' import path %}It rose.", "Expected an answer that reads no other file"),
        ("{% if verdict(help) == 'helpd' %}x{% endif %}", "did you mean 'helped'?"),
        ("{{ table(trials, caption='c', columns={'rat': 'r'}) }} x.", "Received: rat"),
        ("{% if accuracy %}It is.", "end of template"),
        ("It is.\ue000n0\ue001", "Expected no private-use characters"),
    ],
)
def test_what_an_answer_may_not_do_is_said(source: str, message: str) -> None:
    assert message in refused(source)


@pytest.mark.parametrize(
    ("source", "place", "near"),
    [
        ("It is\n{{ acuracy | num }}.", "q3.md.j2:2:4", "did you mean 'accuracy'?"),
        ("{% if halp %}It is.{% endif %}", "q3.md.j2:1:7", "did you mean 'help'?"),
        ("{{ epochs | nun }} it is.", "q3.md.j2:1:13", "did you mean 'num'?"),
        ("It is\n{{ help.efect | num }}.", "q3.md.j2:2:9", "did you mean 'effect'?"),
        ("{{ open('/etc/passwd') }}", "q3.md.j2:1:4", "Expected evidence. Received: open"),
    ],
)
def test_a_missing_name_is_an_error_with_place_and_nearest(
    source: str, place: str, near: str
) -> None:
    found = refused(source)
    assert place in found
    assert near in found


@pytest.mark.parametrize(
    "source",
    [
        r"""It {{ "\ue000na\ue001" }} went.""",
        "{{ " + "a or " * 1500 + "a }}",
        "{% for a in [1] %}" * 25,
    ],
)
def test_a_template_that_forges_marks_or_is_too_deep_is_refused(source: str) -> None:
    assert "q3.md.j2" in refused(source)


@pytest.mark.parametrize("source", ["{{ " + "(" * 5000 + " }}", "{{ " + "9" * 5000 + " }}"])
def test_an_expression_that_python_cannot_hold_is_a_finding(source: str) -> None:
    answer, findings = render(
        QUESTION, evidence(), AnswerTemplate("q3.md.j2", source), Ledger(), Formulas()
    )
    assert answer is None
    assert str(findings[0]).startswith("q3.md.j2: Expected ")
