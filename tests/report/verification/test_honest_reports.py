"""An honest report holds: untouched, moved, full of formulas or rounded otherwise."""

import functools
import math
from collections.abc import Callable

import pytest

from report.evidence import derivations
from report.pages.pdf import render
from report.verification.carried import Carried
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted


def test_the_untouched_report_holds(carried: Carried, planted_once: Planted) -> None:
    assert disagreements(carried, None) == []
    assert disagreements(carried, planted_once.store()) == []


def test_the_report_holds_after_the_project_was_moved(carried: Carried, planted: Planted) -> None:
    assert disagreements(carried, planted.store()) == []


SLOPE = r"$$\frac{\partial C}{\partial z} = x$$"
WITH_FORMULAS = {  # by question's key; each may have one to three sentences
    "q1": ("It is exact.\n\n{0}\n\nHere it ends.\n\n{0}", 2),
    "q2": ("The slope is\n\n{0}\n\nwhere the sum goes over all samples. It is exact.", 2),
    "q3": ("The slope is\n{0}\n{0}\nas above, and its sign\n\n{0}\n\nas below.", 1),
    "q4": ("The slope is\n\n{0}\n\nHere it ends, without a stop", 2),
    "q5": ("There are\n\n- these\n- those, for\n\n  {0}\n\n  is exact", 3),
    "q6": ("It is exact.\n\nIts sign is\n\n{0}", 2),
}


def test_a_report_with_displayed_formulas_anywhere_holds(planted: Planted) -> None:
    answers = {key: source.format(SLOPE) for key, (source, _) in WITH_FORMULAS.items()}
    report = planted.answered(answers)
    carried = read(render(report), "report.pdf")
    counts = [len(answer["sentences"]) for answer in carried.evidence["answers"]]
    assert counts[: len(WITH_FORMULAS)] == [count for _, count in WITH_FORMULAS.values()]
    assert disagreements(carried, planted.store()) == []


def test_a_derived_value_that_another_library_rounds_otherwise_is_no_lie(
    carried: Carried, planted_once: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(rule: Callable[..., float], *values: object) -> float:
        value = rule(*values)
        return value if value == round(value) else math.nextafter(value, math.inf)

    for name, rule in derivations.RULES.items():
        monkeypatch.setitem(derivations.RULES, name, functools.partial(otherwise, rule))
    assert disagreements(carried, planted_once.store()) == []
