"""A person's judgement overrides suggestions, shares count it, and cases show different causes."""

from dataclasses import replace

import pandas as pd

from contract.causes import Cause
from experiments.fashion import cases
from experiments.fashion.suggestions import Suggestion
from tests.experiments.test_suggestions import PLAIN

TABLE = pd.DataFrame(
    {"test_index": [4, 7, 9, 12, 15], "true": ["Coat"] * 5, "predicted": ["Shirt"] * 5}
)
SAMPLES = [
    replace(PLAIN, error_rank=0.96),
    replace(PLAIN, error_rank=0.99),
    replace(PLAIN, example_rank=0.97),
    replace(PLAIN, example_rank=0.99),
    PLAIN,
]
SUGGESTIONS = [
    (Suggestion(Cause.NOISE, "-"),),
    (Suggestion(Cause.NOISE, "-"),),
    (Suggestion(Cause.UNDERREPRESENTATION, "-"),),
    (Suggestion(Cause.UNDERREPRESENTATION, "-"), Suggestion(Cause.OVERFITTING, "-")),
    (Suggestion(Cause.UNDERREPRESENTATION, "-"),),
]


def test_a_judgement_stands_in_place_of_the_suggestion_and_is_marked() -> None:
    stand = cases.standing(TABLE, SUGGESTIONS, {"7": "mislabelling;underfitting"}, {"9": "odd"})
    assert stand["causes"].tolist() == [
        "noise",
        "mislabelling;underfitting",
        "underrepresentation",
        "underrepresentation;overfitting",
        "underrepresentation",
    ]
    assert stand["by"].tolist() == ["suggested", "judged", "suggested", "suggested", "suggested"]
    assert stand["suggested"][1] == "noise"
    assert stand["remark"].tolist() == ["", "", "odd", "", ""]


def test_shares_count_samples_that_name_a_cause() -> None:
    stand = cases.standing(TABLE, SUGGESTIONS, {"7": "mislabelling;underfitting"}, {})
    shares = cases.shares(stand).set_index("cause")
    assert shares["samples"].to_dict() == {
        "noise": 1,
        "mislabelling": 1,
        "underrepresentation": 3,
        "overfitting": 1,
        "underfitting": 1,
        "overlapping labels": 0,
    }
    assert shares["suggested_samples"].tolist() == [2, 0, 3, 1, 0, 0]
    assert shares["share"]["underrepresentation"] == 3 / 5
    assert shares["by_resemblance"].tolist() == [False, False, True, True, True, True]


def test_cases_show_each_cause_before_any_a_second_time() -> None:
    stand = cases.standing(TABLE, SUGGESTIONS, {}, {})
    chosen = cases.choose(stand, SAMPLES, 4)
    # The commonest first; of its samples those without another cause, then the plainest.
    assert chosen == [
        (2, Cause.UNDERREPRESENTATION),
        (1, Cause.NOISE),
        (3, Cause.OVERFITTING),
        (4, Cause.UNDERREPRESENTATION),
    ]


def test_fewer_samples_than_cases_are_all_shown_once() -> None:
    stand = cases.standing(TABLE[:2], SUGGESTIONS[:2], {}, {})
    chosen = cases.choose(stand, SAMPLES[:2], 4)
    assert chosen == [(1, Cause.NOISE), (0, Cause.NOISE)]
