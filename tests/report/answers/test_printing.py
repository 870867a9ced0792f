"""What is printed of a number, and that it never says more than is known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.answers import markdown
from report.answers.printing import known_decimals, printed
from report.evidence.values import Form, MetricSource, Number, Origin
from report.verification.consistency import reads_as

ORIGIN = Origin("f" * 32, "classification.final", "42", "http://127.0.0.1:5000/")
SOURCE = MetricSource(ORIGIN, "test_accuracy", 0)


def number(value: float, **known: object) -> Number:
    return replace(Number(value, SOURCE), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.91234, 0.0054, "0.912"),
        (0.91234, 0.0012, "0.9123"),
        (0.91234, 0.03, "0.912"),
        (0.91234, 0.05, "0.91"),
        (0.9, 0.0054, "0.900"),
        (1234.5, 31.0, "1,234"),
        (123456.0, 4000.0, "123,000"),
        (-0.00123, 0.0004, "−0.0012"),
    ],
)
def test_rounding_follows_what_is_known(value: float, error: float, text: str) -> None:
    assert printed(number(value, error=error)).text == text


def test_three_digits_where_nobody_measured_the_error() -> None:
    assert printed(number(0.123456)).text == "0.123"
    assert printed(number(0.0)).text == "0"


def test_a_setting_is_printed_as_it_was_set() -> None:
    assert printed(number(0.0003, form=Form.EXACT)).text == "0.0003"
    assert printed(number(1e-05, form=Form.EXACT)).text == "0.00001"
    assert printed(number(50000.0, form=Form.EXACT)).text == "50,000"


def test_counts_have_thousands_apart_and_may_be_words() -> None:
    count = number(60_000.0, form=Form.COUNT)
    assert printed(count).text == "60,000"
    assert printed(number(3.0, form=Form.COUNT), words=True).text == "three"
    assert printed(count, words=True).text == "60,000"


def test_durations_take_the_unit_that_suits_them() -> None:
    texts = [printed(number(value).seconds()).text for value in (4.26, 99.0, 214.0, 7300.0)]
    assert texts == ["4.3\u202fs", "99\u202fs", "3.6\u202fmin", "2.0\u202fh"]


def test_sizes_take_the_unit_that_suits_them_and_others_keep_theirs() -> None:
    sizes = [printed(number(value).size_in_bytes()).text for value in (512.0, 1_048_576.0)]
    assert sizes == ["512\u202fB", "1.0\u202fMB"]
    assert printed(replace(number(4870.0), unit="images/s")).text == "4,870\u202fimages/s"
    count = replace(number(12.0, form=Form.COUNT), unit="epochs")
    assert printed(count).text == "12\u202fepochs"


def test_p_values_come_with_their_relation() -> None:
    texts = [printed(number(p, form=Form.P_VALUE)).text for p in (0.0004, 0.0123, 0.52, 1.0)]
    assert texts == [
        "p\u202f<\u202f0.001",
        "p\u202f=\u202f0.012",
        "p\u202f=\u202f0.52",
        "p\u202f=\u202f1.00",
    ]


def test_shares_may_be_percentages() -> None:
    share = number(0.91234, error=0.0054)
    assert printed(share, percent=True).text == "91.2\u202f%"
    assert printed(share, percent=True, signed=True).text == "+91.2\u202f%"


def test_fewer_digits_may_be_asked_for_but_never_more() -> None:
    share = number(0.91234, error=0.0054)
    assert printed(share, digits=2).text == "0.91"
    assert printed(share, digits=9).text == "0.912"


@given(
    st.floats(min_value=-1e6, max_value=1e6),
    st.floats(min_value=1e-6, max_value=1e5),
)
def test_a_printed_number_is_within_its_error_and_no_finer(value: float, error: float) -> None:
    result = printed(number(value, error=error))
    read = float(result.text.replace("−", "-").replace(",", ""))
    assert abs(read - value) <= 0.5001 * 10.0**-result.decimals
    assert 10.0**-result.decimals >= error / 10.0**1.6
    assert result.decimals == known_decimals(error)


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a finite value"):
        number(float("nan"))


def test_a_fraction_is_no_count() -> None:
    with pytest.raises(ValueError, match="Expected a whole number"):
        number(0.5).counted()


def test_only_the_ends_of_an_interval_are_kept_on_one_line() -> None:
    low, high = (f'<a class=n href="#q1-n{at}">{at} %</a>' for at in (91, 94))
    kept = f"<span class=interval>({low}–{high})</span>"
    assert markdown.unbroken(f"{low} ({low}–{high}) of {high} (Table 1)") == (
        f"{low} {kept} of {high} (Table 1)"
    )
    for other in (f"({low}, {high})", f"{low}–{high}", f"(from {low}–{high})"):
        assert markdown.unbroken(other) == other


@pytest.mark.parametrize(
    ("value", "form"), [(207.0, Form.SECONDS), (1_150.0, Form.BYTES), (2_250.0, Form.BYTES)]
)
def test_a_quantity_at_a_tie_is_rounded_as_verify_rounds_it(value: float, form: Form) -> None:
    shown = printed(number(value, form=form))
    record = {**vars(shown), "value": value, "id": "a", "place": "a"}
    assert reads_as(record), shown
