"""Derived values against reference implementations and planted answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from report.evidence.derivations import (
    RULES,
    apply,
    between,
    bootstrap,
    derived,
    difference,
    mcnemar,
    over_seeds,
    paired_t,
    proportion,
    wilson,
)
from report.evidence.values import CellSource, Form, Number, Samples
from tests.report.answers.test_printing import ORIGIN, number


@given(st.integers(1, 20_000), st.floats(0, 1))
def test_wilson_agrees_with_scipy(n: int, share: float) -> None:
    successes = round(share * n)
    low, high = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes / n, n, -1) == pytest.approx(low, abs=1e-12)
    assert wilson(successes / n, n, 1) == pytest.approx(high, abs=1e-12)


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_agrees_with_an_exact_sign_test(first: int, second: int) -> None:
    total = first + second
    expected = stats.binomtest(first, total).pvalue if total else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9)


@given(st.integers(2, 60), st.floats(-3, 3), st.integers(0, 2**32 - 1))
def test_the_paired_t_test_agrees_with_scipy(n: int, shift: float, seed: int) -> None:
    first, second = np.random.default_rng(seed).normal(size=(2, n))
    differences = (first + shift - second).tolist()
    expected = stats.ttest_rel(first + shift, second).pvalue
    assert paired_t(differences) == pytest.approx(expected, rel=1e-9)


def test_equal_differences_leave_no_doubt() -> None:
    assert paired_t([0.0, 0.0]) == 1.0
    assert paired_t([0.25, 0.25]) == 0.0


def test_the_bootstrap_covers_a_planted_difference() -> None:
    random = np.random.default_rng(7)
    second = random.normal(1.0, 0.2, 800)
    first = second + random.normal(0.05, 0.1, 800)
    low, high = (bootstrap(first, second, side) for side in (-1, 1))
    assert low < 0.05 < high
    assert high - low == pytest.approx(4 * 0.1 / 800**0.5, rel=0.2)
    assert (low, high) == tuple(bootstrap(first, second, side) for side in (-1, 1))


def test_a_value_between_measured_ends_is_known_to_half_their_distance() -> None:
    error = between(number(0.005), number(0.0048), number(0.0053))
    assert error.error == pytest.approx(0.00025)
    assert error.bounds is not None
    assert [end.value for end in error.bounds] == [0.0048, 0.0053]
    with pytest.raises(ValueError, match=r"Received: 0\.006"):
        between(number(0.006), number(0.0048), number(0.0053))


def test_a_proportion_is_known_to_half_its_interval() -> None:
    accuracy = proportion(number(0.9), number(1000.0))
    assert accuracy.bounds is not None
    low, high = accuracy.bounds
    assert (low.value, high.value) == pytest.approx((0.8799, 0.9171), abs=1e-4)
    assert accuracy.error == pytest.approx((high.value - low.value) / 2)


def test_a_difference_is_known_as_well_as_both_together() -> None:
    gap = difference(number(0.94, error=0.003), number(0.90, error=0.004))
    assert gap.error == pytest.approx(0.005)
    assert gap.value == pytest.approx(0.04)


def test_a_mean_over_seeds_is_known_to_its_spread() -> None:
    mean = over_seeds([number(0.90), number(0.92)], ["1", "2"])
    assert mean.value == pytest.approx(0.91)
    assert mean.spread is not None
    assert mean.error == mean.spread.value == pytest.approx(0.01414, abs=1e-5)
    assert mean.seeds == ("1", "2")
    of_pairs = over_seeds([number(0.90), number(0.92)], ["joined, seed 1", "paths, seed 1"])
    assert of_pairs.value == mean.value
    assert of_pairs.seeds == (), "a pair's label is no seed, and a column of seeds has no room"
    with pytest.raises(ValueError, match="and at least two seeds"):
        over_seeds([number(0.9)], ["1"])


def test_a_derived_value_says_how_to_compute_it_again() -> None:
    cells = [
        Number(value, CellSource(ORIGIN, "pairs", row, "accuracy"))
        for row, value in enumerate((0.9, 0.92, 0.94))
    ]
    mean = derived("mean", *cells)
    said = mean.source.as_json()
    assert said["run_id"] == ORIGIN.run_id
    values = [part["value"] for part in said["derived"]["from"]]
    assert apply(said["derived"]["rule"], values) == mean.value
    assert [part["row"] for part in said["derived"]["from"]] == [0, 1, 2]


def test_arrays_are_named_by_their_run_and_not_carried() -> None:
    samples = Samples(ORIGIN, "errors", np.array([0.2, 0.4]))
    shifted = Samples(ORIGIN, "errors_of_pca", np.array([0.1, 0.1]))
    gain = derived("mean difference", samples, shifted)
    assert gain.value == pytest.approx(0.2)
    assert gain.source.as_json()["derived"]["from"][0] == {
        "run_id": ORIGIN.run_id,
        "array": "errors",
    }


def test_labels_are_counted_where_one_classifier_alone_is_right() -> None:
    y_true, first, second = (np.array(y) for y in ([1, 2, 3, 4], [1, 2, 0, 4], [1, 0, 3, 0]))
    assert apply("right by the first alone", [y_true, first, second]) == 2
    assert apply("right by the first alone", [y_true, second, first]) == 1


def test_every_rule_has_words_that_a_reader_understands() -> None:
    assert all("_" not in rule for rule in RULES)


def test_a_count_keeps_its_form() -> None:
    assert derived("count", number(1.0), number(2.0), form=Form.COUNT).value == 2
