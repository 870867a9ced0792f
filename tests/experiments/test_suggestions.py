"""Each rule suggests its cause where its measures were planted, and says so with their values."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.causes import BY_RESEMBLANCE, Cause
from experiments.fashion.suggestions import Measured, resembles, suggest

# A coat that resembles nothing in particular, with a sound label.
PLAIN = Measured(
    true="Coat",
    predicted="Shirt",
    other="Shirt",
    example_distance=12.0,
    example_rank=0.8,
    counterexample_distance=13.0,
    counterexample_rank=0.8,
    neighbors=10,
    neighbors_true=4,
    neighbors_predicted=6,
    neighbors_commonest=6,
    error_rank=0.5,
    margin=0.4,
    preference=0.4,
    label_quality=0.25,
    label_issue=False,
)
BLURRED = {"error_rank": 0.97}
SCATTERED = {"neighbors_commonest": 3}
TORN = {"margin": 0.1}
DOUBTED: dict[str, Any] = {
    "label_issue": True,
    "preference": 0.9,
    "neighbors_true": 0,
    "neighbors_predicted": 9,
    "neighbors_commonest": 9,
}


def suggested(**changed: object) -> list[Cause]:
    return [each.cause for each in suggest(replace(PLAIN, **changed))]  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        ({}, [Cause.UNDERREPRESENTATION]),
        ({**BLURRED, **SCATTERED}, [Cause.NOISE]),
        ({**BLURRED, **TORN}, [Cause.NOISE]),
        ({**SCATTERED, **TORN}, [Cause.NOISE]),
        (DOUBTED, [Cause.MISLABELLING]),
        ({**DOUBTED, **BLURRED, **TORN}, [Cause.NOISE, Cause.MISLABELLING]),
        ({"example_rank": 0.3}, [Cause.UNDERFITTING]),
        ({"counterexample_rank": 0.3, "counterexample_distance": 9.0}, [Cause.OVERFITTING]),
        (
            {"counterexample_rank": 0.3, "counterexample_distance": 9.0, "example_rank": 0.95},
            [Cause.UNDERREPRESENTATION, Cause.OVERFITTING],
        ),
        ({"example_rank": 0.3, "counterexample_rank": 0.3}, [Cause.OVERLAPPING_LABELS]),
    ],
)
def test_planted_measures_give_their_cause(changed: dict[str, object], causes: list[Cause]) -> None:
    assert suggested(**changed) == causes


@pytest.mark.parametrize("sign", [BLURRED, SCATTERED, TORN])
def test_one_sign_of_noise_is_not_enough(sign: dict[str, object]) -> None:
    assert Cause.NOISE not in suggested(**sign)


@pytest.mark.parametrize(
    "missing",
    [
        {"label_issue": False},
        {"preference": 0.4},
        {"neighbors_true": 2},
        {"neighbors_predicted": 5},
    ],
)
def test_a_label_is_doubted_only_where_all_agree(missing: dict[str, object]) -> None:
    assert Cause.MISLABELLING not in suggested(**{**DOUBTED, **missing})


def test_of_two_that_are_alike_only_the_clearly_nearer_counts() -> None:
    alike = replace(PLAIN, example_rank=0.5, counterexample_rank=0.5)
    assert resembles(replace(alike, example_distance=10.0, counterexample_distance=11.9)) == (
        True,
        True,
    )
    assert resembles(replace(alike, example_distance=10.0, counterexample_distance=12.1)) == (
        True,
        False,
    )
    assert resembles(replace(alike, example_distance=12.1, counterexample_distance=10.0)) == (
        False,
        True,
    )


def test_the_nearer_resembles_it_if_the_farther_does() -> None:
    tight_class = replace(PLAIN, example_distance=9.0, example_rank=0.95, counterexample_rank=0.5)
    assert resembles(replace(tight_class, counterexample_distance=10.0)) == (True, True)
    assert resembles(replace(tight_class, counterexample_distance=11.0)) == (True, False)


def test_copies_of_both_are_overlapping_labels() -> None:
    copied = {"example_distance": 0.0, "counterexample_distance": 0.0}
    ranks = {"example_rank": 0.0, "counterexample_rank": 0.0}
    assert suggested(**copied, **ranks) == [Cause.OVERLAPPING_LABELS]


def test_reasons_hold_the_measured_values() -> None:
    (only,) = suggest(replace(PLAIN, example_rank=0.3, example_distance=8.04))
    assert only.reason == (
        "Its local example is 8.0 away; 70 % of Coat images are farther from their own nearest; "
        "its local counterexample (Shirt) is 13.0 away."
    )
    (noise,) = suggest(replace(PLAIN, error_rank=0.97, margin=0.1))
    assert noise.reason == (
        "It is reconstructed worse than 97 % of test images, and the classifier's two highest "
        "scores differ by only 0.10."
    )
    (label,) = suggest(replace(PLAIN, **DOUBTED))
    assert "doubts the label Coat" in label.reason
    assert "of its 10 neighbours 9 are labelled Shirt and 0 Coat" in label.reason


SHARES = st.floats(0, 1)


@given(
    st.builds(
        Measured,
        true=st.just("Coat"),
        predicted=st.just("Shirt"),
        other=st.just("Shirt"),
        example_distance=st.floats(0, 50),
        example_rank=SHARES,
        counterexample_distance=st.floats(0, 50),
        counterexample_rank=SHARES,
        neighbors=st.just(10),
        neighbors_true=st.integers(0, 10),
        neighbors_predicted=st.integers(0, 10),
        neighbors_commonest=st.integers(1, 10),
        error_rank=SHARES,
        margin=SHARES,
        preference=SHARES,
        label_quality=SHARES,
        label_issue=st.booleans(),
    )
)
def test_every_sample_has_a_suggestion_and_none_against_itself(sample: Measured) -> None:
    found = suggest(sample)
    causes = [each.cause for each in found]
    assert causes == [cause for cause in Cause if cause in causes] != []
    assert all(each.reason.endswith(".") for each in found)
    by_resemblance = BY_RESEMBLANCE & {*causes}
    assert (
        len(by_resemblance) == 1
        or by_resemblance
        == {
            Cause.UNDERREPRESENTATION,
            Cause.OVERFITTING,
        }
        or not by_resemblance
    )
    assert bool(by_resemblance) != bool({*causes} - BY_RESEMBLANCE)
