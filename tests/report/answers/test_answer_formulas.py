"""Formulas in an answer: drawn, read out, and part of the sentence around them."""

import pytest

from report.answers import sentences
from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import render
from tests.report.answers.rendered import QUESTION, accepted, evidence, html, refused


def test_evidence_in_a_formula_is_refused() -> None:
    found = refused("It is $k = {{ epochs | num }}$ here.")
    assert "Expected a formula without evidence; print the number beside it" in found


def test_a_formula_is_drawn_and_read_out() -> None:
    formulas = Formulas()
    answer, findings = render(
        QUESTION,
        evidence(),
        AnswerTemplate("q3.md.j2", r"The score is $\hat{y} = \sigma(z)$ here."),
        Ledger(),
        formulas,
    )
    assert findings == []
    assert answer is not None
    ((name, svg),) = formulas.drawn.items()
    assert svg.startswith(b"<svg")
    assert f'src="report:{name}" alt="\\hat{{y}} = \\sigma(z)"' in html(answer)
    assert len(answer.sentences) == 1


SLOPE = r"$$\frac{\partial C}{\partial z}$$"
IF, ELSE, END = "{% if verdict(help) == 'helped' %}", "{% else %}", "{% endif %}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"It is\n\n{SLOPE}\n\nwhere $z$ counts.", ["It is ⎕ where ￼ counts."]),
        (f"It is\n{SLOPE}\nwhere $z$ counts.", ["It is ⎕ where ￼ counts."]),
        (f"It is {SLOPE}, so it ends.", ["It is ⎕ , so it ends."]),
        (f"It is\n\n{SLOPE}\n\n{SLOPE}\n\nas above.", ["It is ⎕ ⎕ as above."]),
        (f"It is\n\n{IF}{SLOPE}{ELSE}$$z$${END}\n\nas above.", ["It is ⎕ as above."]),
        (f"It is\n\n{IF}\n\n{SLOPE}\n\n{END}\n\nas above.", ["It is ⎕ as above."]),
        (f"It is\n\n{SLOPE}\n\nHere $z$ counts.", ["It is ⎕", "Here ￼ counts."]),
        (f"It ends.\n\n{SLOPE}\n\nHere $z$ counts.", ["It ends.", "Here ￼ counts."]),
        (f"It ends.\n{SLOPE}\nwhere $z$ counts.", ["It ends.", "where ￼ counts."]),
        (f"It ends.\n\n{SLOPE}", ["It ends."]),
        (f"It is\n\n{SLOPE}", ["It is ⎕"]),
        (f"- It is\n\n  {SLOPE}\n\n- so", ["It is ⎕", "so"]),
        ("There are\n\n- these\n- those", ["There are", "these", "those"]),
    ],
)
def test_a_sentence_goes_on_behind_a_displayed_formula_or_ends_there(
    source: str, expected: list[str]
) -> None:
    answer, _ = accepted(source)
    assert list(answer.sentences) == expected
    assert sentences.of(answer.sentences) == expected


def test_a_displayed_formula_in_a_paragraph_is_drawn_on_a_line_of_its_own() -> None:
    answer, _ = accepted(f"It is\n{SLOPE}\nas above.")
    assert html(answer).count('<img class="formula display"') == 1
    assert "$" not in html(answer)
    assert "<div" not in html(answer)


def test_a_proof_before_a_displayed_formula_holds_for_its_whole_sentence() -> None:
    accepted(f"As it should{{% require accuracy > 0.9 %}},\n\n{SLOPE}\n\nimproves.")
    found = refused(f"As it should{{% require accuracy > 0.9 %}}.\n\n{SLOPE}\n\nIt improves.")
    assert "claims 'improves'" in found


@pytest.mark.parametrize("latex", [r"\frac{a}", "x^", r"\left( x", "a & b", r"\foo", "{"])
def test_what_is_no_formula_is_said(latex: str) -> None:
    assert f"Expected LaTeX. Received: ${latex}$" in refused(f"It is ${latex}$ here.")
