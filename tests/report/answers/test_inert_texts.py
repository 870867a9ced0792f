"""Texts that people write are inert, and a template reaches nothing but its evidence."""

import pytest

from tests.report.answers.rendered import accepted, answered, evidence, html

HOSTILE = "<script>alert(1)</script> {{ epochs }} {% if %} **bold** $x$ [link](http://x) `code` | _"


@pytest.mark.parametrize(
    "source",
    [
        "{{ note.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ accuracy.source.__init__.__globals__ }}",
        "{{ verdict.__self__.ledger }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{% for x in range(10) %}{% endfor %}",
        "{% import 'os' as os %}",
        "{{ note.value.format(note) }}",
    ],
)
def test_a_template_reaches_nothing_but_its_evidence(source: str) -> None:
    answer, findings, _ = answered(source)
    assert findings
    assert answer is None or "class" not in html(answer)


def test_texts_of_people_are_printed_and_never_interpreted() -> None:
    given = evidence(note=HOSTILE)
    answer, ledger = accepted(
        "The note says {{ note }}\n\n{% call table(trials, columns={'name': 'note'}) %}"
        "Trials, {{ note }}{% endcall %}",
        given,
    )
    (block,) = ledger.blocks
    shown = html(answer) + block.caption
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ epochs }} {% if %} **bold**") == 3
    assert "<script" not in shown
    assert "<strong>" not in shown
    assert "<a href" not in shown
    assert "<code>" not in shown
    assert "<img" not in shown
    assert " ".join(HOSTILE.split()) in answer.paragraphs[0]


def test_markdown_of_the_author_brings_no_html_and_no_pictures() -> None:
    answer, _ = accepted("A *word* <b onclick=x>and</b> ![p](file:///etc/passwd) [l](file:///x).")
    text = html(answer)
    assert "<em>word</em>" in text
    assert "<b " not in text
    assert "<img" not in text
    assert "href" not in text
