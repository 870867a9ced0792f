"""Answers: what they may say, what is refused and where, and that people's texts are inert."""

from dataclasses import replace
from pathlib import Path

import pytest

from report.answers import sentences
from report.answers.files import AnswerTemplate, answer_template
from report.answers.formulas import Formulas
from report.answers.ledger import Ledger
from report.answers.rendering import Answer, render
from report.evidence.exhibits import Figure, Table
from report.evidence.reading import Value
from report.evidence.values import CellSource, Form, ParamSource, Text
from report.evidence.verdicts import by_threshold
from report.study import Question
from report.verification.consistency import reads_as
from tests.report.answers.test_printing import ORIGIN, number
from tests.report.planted import figure

HOSTILE = "<script>alert(1)</script> {{ epochs }} {% if %} **bold** $x$ [link](http://x) `code` | _"


Evidence = dict[str, Value]
QUESTION = Question("3", "What happened", sentences=(1, 3))


TRIALS = Table(
    origin=ORIGIN,
    name="trials",
    path="tables/trials.csv",
    data=b"",
    columns=("name", "rate", "accuracy"),
    cells=(("a", "0.001", "0.91234"), ("plain", "0.01", "0.9"), ("c", "0.5", "")),
)


def evidence(note: str = "plain", effect: float = 0.02) -> Evidence:
    table = replace(TRIALS, cells=(TRIALS.cells[0], (note, "0.01", "0.9"), TRIALS.cells[2]))
    return {
        "accuracy": number(0.9123, error=0.0054),
        "epochs": number(10.0, form=Form.COUNT),
        "note": Text(note, ParamSource(ORIGIN, "note")),
        "help": by_threshold(
            "help",
            "whether it helped",
            number(effect),
            at_least=0.01,
            outcomes=("helped", "did not"),
        ),
        "curves": Figure(ORIGIN, "figures/curves.svg", figure("c"), "0" * 64, 120.0, 40.0),
        "trials": table,
    }


def answered(source: str, given: Evidence | None = None) -> tuple[Answer | None, list[str], Ledger]:
    ledger = Ledger()
    answer, findings = render(
        QUESTION, given or evidence(), AnswerTemplate("q3.md.j2", source), ledger, Formulas()
    )
    return answer, [str(finding) for finding in findings], ledger


def accepted(source: str, given: Evidence | None = None) -> tuple[Answer, Ledger]:
    answer, findings, ledger = answered(source, given)
    assert findings == []
    assert answer is not None
    return answer, ledger


def refused(source: str, given: Evidence | None = None) -> str:
    _, findings, _ = answered(source, given)
    assert findings, "nothing was found"
    return "\n".join(findings)


def html(answer: Answer) -> str:
    return "".join(piece if isinstance(piece, str) else piece.html for piece in answer.pieces)


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


def test_a_branch_on_a_verdict_is_taken_and_recorded() -> None:
    source = '{% if verdict(help) == "helped" %}It helped.{% else %}It did nothing.{% endif %}'
    answer, ledger = accepted(source)
    assert answer.sentences == ("It helped.",)
    (judged,) = ledger.judgements
    assert (judged.verdict.name, str(judged.verdict.outcome)) == ("help", "helped")
    assert [entry.number.value for entry in judged.entries] == [0.02]
    answer, _ = accepted(source, evidence(effect=0.001))
    assert answer.sentences == ("It did nothing.",)


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


def test_a_claim_in_a_caption_needs_proof_too() -> None:
    shown = "{% call figure(curves, alt='lines') %}Dropout improves it.{% endcall %}"
    assert "claims 'improves'" in refused(f"It went.\n\n{shown}")
    accepted("It went.\n\n{% if verdict(help) == 'helped' %}" + shown + "{% endif %}")
    accepted("It went.\n\n" + shown.replace("it.", "it{% require accuracy > 0.9 %}."))


def test_captions_are_no_sentences_of_the_answer() -> None:
    answer, _ = accepted(
        "It went.\n\n{% call figure(curves, alt='lines') %}Loss. And more. And more.{% endcall %}"
    )
    assert answer.sentences == ("It went.",)


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


def test_evidence_in_a_formula_is_refused() -> None:
    found = refused("It is $k = {{ epochs | num }}$ here.")
    assert "Expected a formula without evidence; print the number beside it" in found


def test_a_number_that_is_formatted_but_not_printed_has_no_line_in_the_ledger() -> None:
    _, ledger = accepted("{% set best = accuracy | num %}It went for {{ epochs | num }} epochs.")
    assert [entry.printed.text for entry in ledger.entries] == ["10"]


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


def test_a_table_is_aligned_at_the_point_and_every_cell_is_entered() -> None:
    answer, ledger = accepted(
        "See {{ trials }}.\n\n{% call table(trials) %}All trials.{% endcall %}"
    )
    assert [entry.printed.text for entry in ledger.entries] == [
        "0.001",
        "0.912",
        "0.01",
        "0.900",
        "0.5",
    ]
    assert ledger.entries[0].number.source == CellSource(ORIGIN, "trials", 0, "rate")
    assert ledger.entries[0].place == "q3-t1"
    assert "0.5</a>\u2007\u2007</td>" in html(answer)
    assert "Table&nbsp;1" in html(answer)
    assert answer.sentences == ("See Table 1.",)


def test_a_small_value_below_a_large_one_is_not_rounded_to_zero() -> None:
    cells = (("2159.8371",), ("431.26",), ("4.4983",), ("0.0",))
    timed = replace(TRIALS, columns=("seconds",), cells=cells)
    _, ledger = accepted(
        "It went.\n\n{% call table(trials) %}All.{% endcall %}", {**evidence(), "trials": timed}
    )
    assert [entry.printed.text for entry in ledger.entries] == ["2,160", "430", "4.5", "0"]
    for entry in ledger.entries:
        shown = {"value": entry.number.value, "id": entry.id, "place": entry.place}
        assert reads_as({**vars(entry.printed), **shown}), "an honest report verifies"


def test_a_seed_is_no_amount_of_anything() -> None:
    trained = replace(TRIALS, columns=("seed", "weights"), cells=(("1001", "1001"),))
    _, ledger = accepted(
        "It went.\n\n{% call table(trials) %}All.{% endcall %}", {**evidence(), "trials": trained}
    )
    assert [entry.printed.text for entry in ledger.entries] == ["1001", "1,001"]
    for entry in ledger.entries:
        shown = {"value": entry.number.value, "id": entry.id, "place": entry.place}
        assert reads_as({**vars(entry.printed), **shown}), "an honest report verifies"


def test_a_table_says_where_its_further_rows_are() -> None:
    long: Evidence = {**evidence(), "trials": replace(TRIALS, cells=TRIALS.cells * 20)}
    answer, ledger = accepted("It went.\n\n{{ table(trials, caption='All.') }}", long)
    assert html(answer).count("<tr>") == 1 + 24
    assert "Further rows are in the attached classification.final.trials.csv." in html(answer)
    assert len(ledger.entries) == 24 * 5 // 3


def test_a_table_too_wide_for_its_column_spans_the_margin_and_no_more() -> None:
    names = tuple(f"column_{at}" for at in range(9))
    table = replace(TRIALS, columns=names, cells=(("0.1",) * 9,))
    given: Evidence = {**evidence(), "trials": table}

    def source(columns: int) -> str:
        headers = dict.fromkeys(names[:columns], "a-rather-long-heading")
        return f"It went.\n\n{{{{ table(trials, caption='All.', columns={headers}) }}}}"

    assert [accepted(source(columns), given)[1].blocks[0].wide for columns in (3, 5)] == [
        False,
        True,
    ]
    assert "Expected a table of at most 168 mm. Received: " in refused(source(9), given)


def test_a_number_of_a_table_printed_in_prose_has_a_line_of_its_own() -> None:
    cell = TRIALS.number(1, "accuracy")
    answer, ledger = accepted(
        "{{ table(trials, caption='All.') }}\n\nIt is {{ accuracy | num }}.",
        {**evidence(), "accuracy": cell},
    )
    assert answer.sentences == ("It is 0.900.",)
    assert [entry.place for entry in ledger.entries if entry.number.source == cell.source] == [
        "q3-t1",
        "q3-n6",
    ]


def test_texts_are_recorded_with_their_source() -> None:
    _, ledger = accepted("It says {{ note }}, {{ note ~ '' }}.", evidence(note="3 rings"))
    assert ledger.texts == [
        {"question": "3", "text": "3 rings", "run_id": ORIGIN.run_id, "param": "note"}
    ]


def test_the_authors_own_answer_wins(tmp_path: Path) -> None:
    for room in ("templates", "answers"):
        (tmp_path / room / "fashion").mkdir(parents=True)
        (tmp_path / room / "fashion" / "q1.md.j2").write_text(f"From {room}.")
    words = answer_template("fashion", Question("1", "First"), tmp_path)
    assert words == AnswerTemplate("answers/fashion/q1.md.j2", "From answers.")
    assert answer_template("fashion", Question("2", "Second"), tmp_path) is None


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


@pytest.mark.parametrize("source", ["{{ " + "(" * 5000 + " }}", "{{ " + "9" * 5000 + " }}"])
def test_an_expression_that_python_cannot_hold_is_a_finding(source: str) -> None:
    answer, findings = render(
        QUESTION, evidence(), AnswerTemplate("q3.md.j2", source), Ledger(), Formulas()
    )
    assert answer is None
    assert str(findings[0]).startswith("q3.md.j2: Expected ")
