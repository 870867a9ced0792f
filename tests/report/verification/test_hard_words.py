"""Honest reports whose words are hard to account for hold."""

import copy
from dataclasses import replace

from report.build import collect
from report.handin import FILE
from report.pages.pdf import render
from report.studies.fashion import STUDY
from report.verification.carried import Carried
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted
from tests.report.forging import forged, retype

HANDIN = """group = 21
authors = ["Ada Ĺovelace", "Jo\u00e3o da Silva-Ma\u0308rz"]
generative_ai = \"\"\"We asked it for 0.99 names – “none” were e\ufb03cient & <b>bold</b>.
It knew.

Nothing else.\"\"\"
collaboration = "Everybody did all of it."
"""
HARD = {  # by question's key; each may have one to three sentences
    "q1": "- one point\n- another one:\n  - within it\n",
    "q2": '{% allow "1", "2" because "a list" %}\n1. one\n2. $x_i$, where\n\n   $$x$$\n\n   is.',
    "q3": "> It is `exact`.\n\n```\nsome code\n```\n\nThe slope is\n\n$$x = y$$\n\n.\n",
    "q4": "Ledger. Runs. Commands.\n",
    "q5": "Pre- and post-processing of classification.initial, as in it, is well known-.",
    "q6": "A [link](https://example.org/so-long/and-no-space/in-all-of-it-at-all) ends it.",
}


# As far as they are apart, these look alike on a page or are drawn instead of written.
HARDER = {
    "q1": '{% allow "3", "4" because "numbers of a list" %}\n3. one\n4. another\n',
    "q2": "The top-$k$ accuracy is a $k$-fold one on a log-$x$ axis.\n\n$$x = y$$ (a loss)\n",
    "q3": (
        '{% call figure(curves, alt="A line.") %}\nThe loss falls with time.\n{% endcall %}\n\n'
        "The loss falls with time.\n"
    ),
    "q8": "- Encoding\n- Ledger\n",
}


def test_words_that_stand_twice_or_beside_formulas_hold(planted: Planted) -> None:
    told = read(render(planted.answered(HARDER)), "report.pdf")
    assert told.evidence["answers"][0]["markers"] == ["3.", "4."]
    assert disagreements(told, planted.store()) == []


def test_a_draft_without_answers_is_called_a_draft_and_nothing_else(planted: Planted) -> None:
    report = collect(STUDY, planted.runs(), planted.root)
    told = read(render(report, draft=True), "draft.pdf")
    assert len(told.evidence["unanswered"]) == len(STUDY.questions)
    assert disagreements(told, None) == ["it is a draft, built despite problems"]


def test_hard_words_in_a_report_of_named_authors_hold(planted: Planted) -> None:
    (planted.root / FILE).write_text(HANDIN, encoding="utf-8")
    told = read(render(planted.answered(HARD)), "report.pdf")
    assert told.evidence["answers"][1]["markers"] == ["1.", "2."]
    assert disagreements(told, planted.store()) == []
    evidence = {**told.evidence, "authors": told.evidence["authors"][:1]}
    (line,) = disagreements(replace(told, evidence=evidence), None)
    assert "page 1 adds 'João da SilvaMärz,' to 'Ada Ĺovelace, group 21'" in line


FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="30mm" viewBox="0 0 80 30">
<g font-family="Source Sans Pro" font-size="3"><text x="60" y="9">mean error</text>
<text x="20" y="9">0.5</text><text x="40" y="9">0.25</text><text x="30" y="9">5</text>
<text transform="translate(5 20) rotate(-90)">training</text></g></svg>"""
SHOWN = '{% call figure(curves, alt="A line.") %}\nIt falls.\n{% endcall %}\n\nIt is exact.\n'


def test_the_words_in_a_figure_are_accounted_for(planted: Planted) -> None:
    planted.artifact("classification.initial", "figures/curves.svg").write_text(FIGURE)
    pdf = render(planted.answered({"q3": SHOWN}))
    told = read(pdf, "report.pdf")
    words = ["mean error", "0.5", "0.25", "5", "training"]
    assert told.evidence["figures"][0]["words"] == words
    assert disagreements(told, planted.store()) == []
    lie = forged(pdf, lambda writer: retype(writer, "mean", "mena"))
    (line,) = disagreements(read(lie, "forged.pdf"), None)
    assert line.endswith("says 'mena' instead of 'mean' in 'mean error'")


def test_an_exhibit_with_an_endless_number_is_told_in_sentences(carried: Carried) -> None:
    evidence = copy.deepcopy(carried.evidence)
    evidence["figures"][0]["id"] = f"figure-{'9' * 5000}"
    told = disagreements(replace(carried, evidence=evidence), None)
    assert any(line.endswith("which the report does not contain") for line in told)


def test_words_of_a_table_that_another_edition_set_otherwise_are_no_lie(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    evidence["edition"] = "f" * 64
    evidence["tables"][0]["words"][0] += " best"
    (line,) = disagreements(replace(carried, evidence=evidence), planted_once.store())
    assert line.startswith("it was built by another version of this project")
