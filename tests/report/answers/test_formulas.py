"""Formulas are drawn at a size that fits the page, or refused."""

import pytest

from report.answers.formulas import Formulas
from report.errors import ReportError


@pytest.mark.parametrize(
    "latex",
    [
        r"\max \left( 0, \sum_k \alpha_k A^k \right)",  # brackets as tall as two pages
        " + ".join(["x_i"] * 40),
    ],
)
def test_one_that_does_not_fit_is_refused_with_its_size(latex: str) -> None:
    with pytest.raises(ReportError, match=r"at most 120 x 30 mm\. Received: .*, \d+ x \d+ mm"):
        Formulas().html(latex, own_line=True)


def test_brackets_of_a_size_of_their_own_fit() -> None:
    formulas = Formulas()
    formulas.html(r"\max \Bigl( 0, \sum_k \alpha_k A^k \Bigr)", own_line=True)
    assert len(formulas.drawn) == 1
