"""Claims on the letters of pages that can be worked out by hand."""

import pytest

from report.pages.words import Block, Kind
from report.verification.claims import Claims

FOOT = "A title quick Part {} of {}"


def claims(*texts: str) -> Claims:
    """Put a margin around each page, and claim it."""
    count = len(texts)
    feet = ["quick 1 of {1}", *[FOOT] * (count - 1)]
    pages = {
        at: f"{text} {foot.format(at, count)}"
        for at, (text, foot) in enumerate(zip(texts, feet, strict=True), 1)
    }
    made = Claims(pages, built_with=count)
    made.margins("A title", "quick", ["Part", "Another part"])
    return made


def test_what_is_printed_in_order_leaves_nothing() -> None:
    made = claims("A first long sentence. A second sentence.", "A third sentence.")
    made.in_order([Block(f"A {each} sentence.") for each in ("first long", "second", "third")])
    assert list(made.unsettled()) == []


def test_white_space_and_hyphens_at_line_ends_make_no_difference() -> None:
    made = claims("An exa ctvalue of crossentropy")
    made.in_order([Block("An exact value of cross-entropy")])
    assert list(made.unsettled()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A long sentence was here.", "page 1 says 'was' instead of 'is' in 'A long sentence is"),
        ("A long sentence here.", "page 1 leaves out 'is' in 'A long sentence is here.'"),
        ("A long sentence is not here.", "page 1 adds 'not' to 'A long sentence is here.'"),
        ("", "'A long sentence is here.' is not printed"),
        (
            "A long sentence is here. It is.",
            "page 1 says 'It is.', which the report does not contain",
        ),
    ],
)
def test_what_differs_is_told(text: str, said: str) -> None:
    made = claims(text)
    made.in_order([Block("A long sentence is here.")])
    (line,) = made.unsettled()
    assert line.startswith(said)


def test_a_sentence_that_a_page_and_a_figure_divide_is_one() -> None:
    made = claims("A sentence with cross- labels of a figure", "entropy in it.")
    made.in_order([Block("A sentence with cross-entropy in it.")])
    made.drawn(["labels of a", "figure"])
    made.across_pages()
    assert list(made.unsettled()) == []


def test_the_head_of_a_table_may_stand_on_each_page_once() -> None:
    head = "run and id of it"
    made = claims(f"{head} the first row of it", f"{head} the second row of it {head}")
    made.in_order(
        [Block(head, Kind.REPEATED), Block("the first row of it"), Block("the second row of it")]
    )
    assert list(made.unsettled()) == [f"page 2 says {head!r}, which the report does not contain"]


def test_the_words_of_a_figure_are_found_in_another_order() -> None:
    made = claims("5 0.25 0.5 mean error")
    made.drawn(["0.5", "5", "mean error", "0.25"])
    assert list(made.unsettled()) == []


def test_short_words_leave_long_ones_whole() -> None:
    made = claims("A sentence ends in a formula initial.run 1234567")
    made.in_order([Block("A sentence ends in"), Block("a formula"), Block("run")])
    made.anywhere([Block("initial.run 1234567", Kind.FLOATING)])
    made.short()
    assert list(made.unsettled()) == ["'run' is not printed"]


def test_words_from_right_to_left_may_be_read_in_any_order() -> None:
    name, family = "\u05d9\u05d5\u05e1\u05d9", "\u05db\u05d4\u05df"
    made = claims(f"1 group ,{name} {family}")
    made.in_order([Block(f"{name} {family}, group 1")])
    made.from_right_to_left()
    assert list(made.unsettled()) == []


def test_the_contents_name_the_page_of_each_heading() -> None:
    made = claims("One heading 1 Another heading 1 One heading", "Another heading")
    listed = [Block(f"{each} heading", Kind.LISTED) for each in ("One", "Another")]
    headings = [Block(f"{each} heading", Kind.HEADING) for each in ("One", "Another")]
    made.in_order([*listed, *headings])
    made.short()
    assert list(made.unsettled()) == ["page 1 says that 'Another heading' is on page 1"]


def test_words_in_the_margin_are_told_from_the_margins_own() -> None:
    made = Claims({1: "1 of 2", 2: "A title Another part never 2 of 2"}, built_with=2)
    made.margins("A title", "", ["Part", "Another part"])
    assert list(made.unsettled()) == ["page 2 says 'never', which the report does not contain"]


def test_a_page_that_is_gone_leaves_the_numbers_of_the_others_alone() -> None:
    made = Claims({1: "1 of 3", 2: "A title Part 3 of 3"}, built_with=3)
    made.margins("A title", "", ["Part", "Another part"])
    assert list(made.unsettled()) == []
