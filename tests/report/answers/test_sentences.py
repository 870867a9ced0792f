"""Counting sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.answers.sentences import DISPLAYED, between_formulas, of, split
from report.evidence.values import token


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One sentence without a stop", 1),
        ("One. Two.", 2),
        ("Accuracy is 0.912 (0.907–0.918). It fell.", 2),
        ("We tried dropout, e.g. Dropout(0.5), i.e. half.", 1),
        ("See Fig. 3 and Eq. 2. Then stop.", 2),
        ("Xiao et al. published it.", 1),
        ("It was Xiao et al. Nobody else did.", 1),
        ("Rates 0.1, 0.2, etc. The rest follows.", 2),
        ("Rates, etc. were tried.", 1),
        ("J. R. Quinlan wrote it. So did I. Good.", 3),
        ("Really? Yes! No…", 3),
        ("It rose (see above.) Then it fell.", 2),
        ("He said “stop.” Then it stopped.", 2),
        ("Version 2.21.0 of TensorFlow. New line", 2),
        ("It stopped at approx. 9 epochs.", 1),
        ("A file such as final.yaml holds it.", 1),
        ("The minimum is at max. 3 epochs. End.", 2),
        ("Loss fell... and rose.", 1),
        ("Grid vs. random search.", 1),
        ("It took 3.6 min. Then it ended.", 2),
        ("The order is n. The rest is small.", 2),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(split(text)) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The slope is ⎕ where n counts.", ["The slope is ⎕ where n counts."]),
        ("The slope is ⎕ ⎕ , and so on.", ["The slope is ⎕ ⎕ , and so on."]),
        ("The slope is ⎕ Here n counts.", ["The slope is ⎕", "Here n counts."]),
        ("The slope is ⎕", ["The slope is ⎕"]),
        ("It is exact. ⎕ Here n counts.", ["It is exact.", "Here n counts."]),
        ("It is exact. ⎕ where n counts.", ["It is exact.", "where n counts."]),
        ("It is exact. ⎕ ⎕", ["It is exact."]),
        ("It is linear, e.g. ⎕ or so.", ["It is linear, e.g. ⎕ or so."]),
        ("The product of ￼ ￼ Adam takes.", ["The product of ￼ ￼ Adam takes."]),
        ("⎕ Here n counts.", ["Here n counts."]),
        ("⎕", []),
    ],
)
def test_a_displayed_formula_belongs_to_the_sentence_that_it_stands_in(
    text: str, expected: list[str]
) -> None:
    assert split(text) == expected


def test_marks_about_a_displayed_formula_are_kept_and_change_nothing() -> None:
    open_, close = token("o", ""), token("c", "")
    text = f"The slope is {open_} ⎕ {close} where n counts. {open_} ⎕ {close} Here it ends."
    assert split(text) == [
        f"The slope is {open_} ⎕ {close} where n counts.",
        open_,
        f"{close} Here it ends.",
    ]


def test_what_stands_between_formulas_is_what_a_page_prints() -> None:
    assert between_formulas("As ￼ is ⎕ so.") == ["As ", " is ", " so."]


def test_marks_of_templates_are_as_good_as_nothing() -> None:
    open_, close = token("o", ""), token("c", "")
    text = f"It {open_}helped.{close} {open_}Then it ended.{close}"
    assert split(text) == [f"It {open_}helped.{close}", f"{open_}Then it ended.{close}"]


@given(
    st.lists(st.sampled_from(["It fell", "At 0.5 it rose", "Why", "Fig. 2 shows it"]), min_size=1)
)
def test_joined_sentences_come_apart_again(parts: list[str]) -> None:
    assert split(" ".join(f"{part}." for part in parts)) == [f"{part}." for part in parts]


PIECES = ["It fell.", "as", "Why?", "Fig.", "of J.", "No stop", ", so", "etc.", "(all.)", "⎕", "￼"]


@given(st.lists(st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_who_has_the_sentences_alone_counts_as_many(paragraphs: list[str]) -> None:
    sentences = of(paragraphs)
    assert of(sentences) == sentences


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    words = "".join(text.replace(DISPLAYED, "").split())
    assert "".join("".join(split(text)).replace(DISPLAYED, "").split()) == words
