"""How many sentences an answer may have, and which are counted."""

import pytest

from tests.report.answers.rendered import accepted, answered, refused


@pytest.mark.parametrize(
    ("source", "count"), [("", 0), ("A. B went. C went. D went.", 3), ("x. y", 1)]
)
def test_the_number_of_sentences_is_limited(source: str, count: int) -> None:
    _, findings, _ = answered(source)
    said = [line for line in findings if "1 to 3 sentences" in line]
    within = 1 <= count <= 3
    assert bool(said) is not within


def test_too_many_sentences_are_counted() -> None:
    found = refused("It went. It came. It saw. It won.")
    assert "Expected 1 to 3 sentences in the answer to Question 3. Received: 4" in found


def test_captions_are_no_sentences_of_the_answer() -> None:
    answer, _ = accepted(
        "It went.\n\n{% call figure(curves, alt='lines') %}Loss. And more. And more.{% endcall %}"
    )
    assert answer.sentences == ("It went.",)
