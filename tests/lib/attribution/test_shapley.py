"""Shapley values: games with known answers, all orders by brute force, and sampled orders."""

from collections.abc import Callable
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lib.attribution import shapley_values
from lib.attribution.shapley import added_in_orders

Game = Callable[[NDArray[np.bool_]], NDArray[np.float64]]


def table_game(players: int, seed: int) -> Game:
    """A game whose 2^players values have nothing to do with each other."""
    worth = np.random.default_rng(seed).normal(size=2**players)
    return lambda coalitions: worth[coalitions @ (1 << np.arange(players))]


def by_all_orders(game: Game, players: int) -> NDArray[np.float64]:
    total = np.zeros(players)
    for order in permutations(range(players)):
        present = np.zeros((1, players), bool)
        for player in order:
            before = game(present)[0]
            present[0, player] = True
            total[player] += game(present)[0] - before
    return total / factorial(players)


def test_players_of_an_additive_game_get_what_they_bring() -> None:
    brings = np.array([2.0, -1.0, 0.0, 5.0])
    values, errors = shapley_values(lambda coalitions: coalitions @ brings, 4)
    np.testing.assert_allclose(values, brings, atol=1e-12)
    assert not errors.any()


def test_the_single_right_glove_gets_two_thirds() -> None:
    def pairs(coalitions: NDArray[np.bool_]) -> NDArray[np.float64]:
        left = coalitions[:, 0].astype(int) + coalitions[:, 1]
        return np.minimum(left, coalitions[:, 2]).astype(float)

    values, _ = shapley_values(pairs, 3)
    np.testing.assert_allclose(values, [1 / 6, 1 / 6, 2 / 3], atol=1e-12)


def test_voters_of_equal_weight_share_a_majority_equally() -> None:
    values, _ = shapley_values(lambda coalitions: coalitions.sum(axis=1) >= 3, 5)
    np.testing.assert_allclose(values, np.full(5, 1 / 5), atol=1e-12)


def test_weighted_voters_get_the_share_of_orders_that_they_decide() -> None:
    weights = np.array([3, 2, 1, 1])  # four of seven decide: the first voter 6 of 12 orders
    values, _ = shapley_values(lambda coalitions: coalitions @ weights >= 4, 4)
    np.testing.assert_allclose(values, [1 / 2, 1 / 6, 1 / 6, 1 / 6], atol=1e-12)


@given(players=st.integers(1, 5), seed=st.integers(0, 10_000))
def test_exact_values_equal_the_average_over_all_orders(players: int, seed: int) -> None:
    game = table_game(players, seed)
    values, _ = shapley_values(game, players)
    np.testing.assert_allclose(values, by_all_orders(game, players), atol=1e-6)


@given(players=st.integers(1, 12), seed=st.integers(0, 10_000))
def test_values_sum_to_what_all_reach_together(players: int, seed: int) -> None:
    game = table_game(players, seed)
    everyone, nobody = np.ones((1, players), bool), np.zeros((1, players), bool)
    gain = game(everyone)[0] - game(nobody)[0]
    assert shapley_values(game, players)[0].sum() == pytest.approx(gain, abs=1e-9)
    assert shapley_values(game, players, 7, seed)[0].sum() == pytest.approx(gain, abs=1e-9)


@given(seed=st.integers(0, 10_000), order=st.permutations(range(5)))
def test_values_follow_the_players_when_they_change_places(seed: int, order: list[int]) -> None:
    game = table_game(5, seed)
    moved, _ = shapley_values(lambda coalitions: game(coalitions[:, np.argsort(order)]), 5)
    np.testing.assert_allclose(moved, shapley_values(game, 5)[0][order], atol=1e-9)


def test_each_coalition_is_asked_for_once() -> None:
    asked: list[tuple[bool, ...]] = []

    def game(coalitions: NDArray[np.bool_]) -> NDArray[np.float64]:
        asked.extend(map(tuple, coalitions))
        return coalitions.sum(axis=1).astype(float)

    shapley_values(game, 4)
    assert len(asked) == len(set(asked)) == 16
    asked.clear()
    shapley_values(game, 4, permutations=500)
    assert len(asked) == len(set(asked)) == 16


@pytest.mark.parametrize("players", [2, 4, 6])
def test_the_estimator_is_unbiased(players: int) -> None:
    """Orders are drawn uniformly, so its expectation is the mean over all of them."""
    game = table_game(players, seed=players)
    every_rank = np.array(list(permutations(range(players))))
    expected = added_in_orders(game, every_rank).mean(axis=0)
    np.testing.assert_allclose(expected, shapley_values(game, players)[0], atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_sampled_values_lie_within_three_standard_errors(seed: int) -> None:
    game = table_game(8, seed=3)
    exact, _ = shapley_values(game, 8)
    values, errors = shapley_values(game, 8, permutations=500, seed=seed)
    assert (np.abs(values - exact) < 3 * errors).all()
    assert (errors > 0).all()


def test_standard_errors_tell_how_far_off_sampled_values_are() -> None:
    """Over 300 seeds the deviations have a mean near 0 and a spread near 1 standard error."""
    game = table_game(5, seed=4)
    exact, _ = shapley_values(game, 5)
    deviations = []
    for seed in range(300):
        values, errors = shapley_values(game, 5, permutations=100, seed=seed)
        deviations.append((values - exact) / errors)
    # Five standard deviations of the mean of 300, and of their spread.
    assert np.abs(np.mean(deviations, axis=0)).max() < 5 / np.sqrt(300)
    assert np.abs(np.std(deviations, axis=0) - 1).max() < 5 / np.sqrt(600)


def test_equal_seeds_give_equal_values() -> None:
    game = table_game(6, seed=5)
    first, again, other = (shapley_values(game, 6, 50, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"players": 13}, "at most 12 players.*permutations="),
        ({"players": 0}, "players >= 1"),
        ({"players": 3, "permutations": 1}, "permutations >= 2"),
    ],
)
def test_what_cannot_be_computed_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shapley_values(lambda coalitions: coalitions.sum(axis=1), **arguments)


def test_thirteen_players_can_be_sampled() -> None:
    values, _ = shapley_values(lambda coalitions: coalitions.sum(axis=1) * 2.0, 13, 10)
    np.testing.assert_allclose(values, 2)
