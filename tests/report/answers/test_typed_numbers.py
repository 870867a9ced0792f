"""Numbers in an answer come from the evidence, and one typed by hand needs a reason."""

import pytest

from tests.report.answers.rendered import accepted, refused


@pytest.mark.parametrize(
    ("source", "place", "text"),
    [
        ("It took 12 epochs.", "q3.md.j2:1:9", "'12'"),
        ("First line.\nIt took ten epochs.", "q3.md.j2:2:9", "'ten'"),
        ("{% if accuracy > 0.9 %}It took 7 epochs.{% endif %}", "q3.md.j2:1:32", "'7'"),
        ('It {{ "took 9" }} epochs.', "q3.md.j2:1:13", "'9'"),
        ("It took {{ 12 }} epochs.", "q3.md.j2:1:12", "'12'"),
        ('{% set n = "half" %}It took {{ n }}.', "q3.md.j2:1:13", "'half'"),
        ('{{ figure(curves, alt="a", caption="Loss of 3 runs.") }} Text.', "q3.md.j2:1:45", "'3'"),
        ("It took $n = 3$ epochs.", "q3.md.j2:1:14", "'3'"),
        ("It took twelve and ½ epochs.", "q3.md.j2:1:9", "'twelve'"),
    ],
)
def test_a_number_typed_by_hand_is_found_with_its_place(source: str, place: str, text: str) -> None:
    found = refused(source)
    assert f"{place}: Expected numbers from evidence only. Received: {text}" in found


def test_a_typed_number_passes_with_a_reason() -> None:
    answer, _ = accepted('{% allow "3 x 3" because "the kernel\'s name" %}It has 3 x 3 kernels.')
    assert answer.allowed == {"3 x 3": "the kernel's name"}
    accepted('{% allow "3 x 3", "5 x 5" because "names" %}It has 3 x 3 and 5 x 5 kernels.')
    assert "'3'" in refused('{% allow "3 x 3" because "name" %}It has 3 kernels.')
    assert "the reason is missing" in refused('{% allow "3 x 3" %}It has 3 x 3 kernels.')
    assert "Expected a reason" in refused('{% allow "3" because " " %}It has 3 kernels.')


def test_what_is_compared_is_not_printed_and_may_be_typed() -> None:
    accepted("{% if accuracy > 0.9 and epochs == 10 %}It rose.{% endif %}")


@pytest.mark.parametrize("source", ["ResNet{{ epochs | num }} won.", "A {{ epochs | num }}x gain."])
def test_a_number_that_touches_letters_is_refused(source: str) -> None:
    assert "Expected evidence apart from letters and digits. Received: " in refused(source)


@pytest.mark.parametrize(
    "shown",
    [
        "{% call figure(curves, alt='lines') %}Up to {{ [99, 9] | join('.') }} %.{% endcall %}",
        "{% call figure(curves, alt=[9, 9] | join('.')) %}Loss.{% endcall %}",
        "{% call table(trials, columns={'rate': 'rate ' ~ [9, 9] | join('.')}) %}All.{% endcall %}",
    ],
)
def test_a_number_computed_in_a_caption_an_alternative_text_or_a_header_is_refused(
    shown: str,
) -> None:
    assert "Expected numbers from evidence only. Received: '9" in refused(f"It went.\n\n{shown}")
