"""A claim needs its proof, a verdict or a `require`, in the same sentence."""

import pytest

from tests.report.answers.rendered import accepted, refused


def test_a_require_that_no_longer_holds_shows_sentence_and_values() -> None:
    source = "All is well.\nIt improved to a high value{% require accuracy > 0.95 %}, we think."
    found = refused(source)
    assert "q3.md.j2:2: The evidence no longer supports" in found
    assert "'It improved to a high value, we think.'" in found
    assert "accuracy = 0.912" in found
    accepted(source.replace("0.95", "0.9"))


@pytest.mark.parametrize(
    "sentence",
    [
        "The best network won.",
        "Dropout improves it.",
        "The gain is significant.",
        "It overfits.",
        "It helped a lot.",
        "This outperforms that.",
    ],
)
def test_a_claim_without_proof_is_found(sentence: str) -> None:
    found = refused(f"All is well.\n{sentence}")
    assert "q3.md.j2:2: Expected a verdict or a require in the sentence that claims" in found
    assert sentence in found


def test_a_claim_in_a_block_of_code_is_found() -> None:
    found = refused("All is well.\n\n```\nDropout helped.\n```\n")
    assert "Expected a verdict or a require in the sentence that claims 'helped'" in found


@pytest.mark.parametrize(
    "source",
    [
        "{% if verdict(help) == 'helped' %}It improved.{% endif %}",
        "It {% if verdict(help) == 'helped' %}improved{% else %}got worse{% endif %} then.",
        "It {{ verdict(help) }}, so it improved.",
        "It improved.{% require accuracy > epochs or accuracy > 0.9 %}",
        "{% require accuracy > 0.9 %}It improved.",
        '{% allow "best epoch" because "its name" %}It stopped at the best epoch.',
    ],
)
def test_a_claim_with_proof_passes(source: str) -> None:
    accepted(source)


@pytest.mark.parametrize(
    "source",
    [
        "It improved. {% if verdict(help) == 'helped' %}It is so.{% endif %}",
        "{% if verdict(help) == 'helped' %}It is so.{% endif %} It improved.",
        "{% if verdict(help) == 'helped' %}\n\nIt is so.\n\n{% endif %}\n\nIt improved.",
        "It is so.{% require accuracy > 0.9 %} It improved.",
    ],
)
def test_proof_in_another_sentence_is_none(source: str) -> None:
    assert "claims 'improved'" in refused(source)


def test_a_claim_in_a_caption_needs_proof_too() -> None:
    shown = "{% call figure(curves, alt='lines') %}Dropout improves it.{% endcall %}"
    assert "claims 'improves'" in refused(f"It went.\n\n{shown}")
    accepted("It went.\n\n{% if verdict(help) == 'helped' %}" + shown + "{% endif %}")
    accepted("It went.\n\n" + shown.replace("it.", "it{% require accuracy > 0.9 %}."))
