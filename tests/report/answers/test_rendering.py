"""Answers: what they print, and what they enter in the ledger."""

from tests.report.answers.rendered import accepted, evidence, html
from tests.report.answers.test_printing import ORIGIN


def test_a_number_is_printed_linked_and_entered() -> None:
    answer, ledger = accepted("It reached {{ accuracy | num(percent=true) }} in the end.")
    assert answer.sentences == ("It reached 91.2 % in the end.",)
    (entry,) = ledger.entries
    assert (entry.id, entry.printed.text, entry.number.value) == ("q3-n1", "91.2\u202f%", 0.9123)
    assert f'<a class=n href="#{entry.id}">91.2\u202f%</a>' in html(answer)


def test_the_same_number_is_entered_once() -> None:
    _, ledger = accepted(
        "{{ epochs | num }} and {{ epochs | num }}, {{ epochs | num(words=true) }}."
    )
    assert [entry.printed.text for entry in ledger.entries] == ["10", "ten"]


def test_a_branch_on_a_verdict_is_taken_and_recorded() -> None:
    source = '{% if verdict(help) == "helped" %}It helped.{% else %}It did nothing.{% endif %}'
    answer, ledger = accepted(source)
    assert answer.sentences == ("It helped.",)
    (judged,) = ledger.judgements
    assert (judged.verdict.name, str(judged.verdict.outcome)) == ("help", "helped")
    assert [entry.number.value for entry in judged.entries] == [0.02]
    answer, _ = accepted(source, evidence(effect=0.001))
    assert answer.sentences == ("It did nothing.",)


def test_a_number_that_is_formatted_but_not_printed_has_no_line_in_the_ledger() -> None:
    _, ledger = accepted("{% set best = accuracy | num %}It went for {{ epochs | num }} epochs.")
    assert [entry.printed.text for entry in ledger.entries] == ["10"]


def test_texts_are_recorded_with_their_source() -> None:
    _, ledger = accepted("It says {{ note }}, {{ note ~ '' }}.", evidence(note="3 rings"))
    assert ledger.texts == [
        {"question": "3", "text": "3 rings", "run_id": ORIGIN.run_id, "param": "note"}
    ]
