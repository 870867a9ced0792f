"""Tables in an answer: alignment, rounding, size, and each cell's line in the ledger."""

from dataclasses import replace

from report.evidence.values import CellSource
from report.verification.consistency import reads_as
from tests.report.answers.rendered import TRIALS, Evidence, accepted, evidence, html, refused
from tests.report.answers.test_printing import ORIGIN


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
