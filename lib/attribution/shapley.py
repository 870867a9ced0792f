"""Shapley values: each player's contribution to a game's value, averaged over all orders.

Independent of networks; `lib.attribution.regions` turns an image into a game.
"""

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import NDArray

Value = Callable[[NDArray[np.bool_]], NDArray[np.floating]]
Numbers = NDArray[np.float64]

MOST_EXACT = 12  # players, 4,096 coalitions


def shapley_values(
    value: Value, players: int, permutations: int | None = None, seed: int = 0
) -> tuple[Numbers, Numbers]:
    """Distribute a game's value among its players.

    Exactly, over all coalitions S of the other n - 1 players (Shapley 1953):

        phi_i = sum_S  |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))

    or as the player's mean contribution over random orders of all players (Castro 2009), which is
    unbiased. Either way the values sum to v(all) - v(none).

    >>> shapley_values(lambda coalitions: coalitions[:, 0] & coalitions[:, 1], 3)[0].round(6)
    array([0.5, 0.5, 0. ])

    Args:
        value: v, from (m, players) booleans, true for members, to (m,) floats; each coalition is
            evaluated once.
        players: number of players, at most 12 without permutations.
        permutations: number of random orders; None computes the values exactly.
        seed: random seed for the orders.

    Returns:
        Values and their standard errors, both (players,); the errors of exact values are 0.

    Raises:
        ValueError: there are too many players for exact values, or too few permutations.

    Source: Shapley, "A value for n-person games" (1953); Castro, Gomez and Tejada, "Polynomial
        calculation of the Shapley value based on sampling" (2009).
    """
    if players < 1:
        raise ValueError(f"Expected players >= 1. Received: {players=}")
    if permutations is None:
        if players > MOST_EXACT:
            raise ValueError(
                f"Expected at most {MOST_EXACT} players for exact values. Received: {players=}. "
                "Pass permutations=… to sample orders instead."
            )
        return _exact(value, players), np.zeros(players)
    if permutations < 2:
        raise ValueError(f"Expected permutations >= 2. Received: {permutations=}")
    return _sampled(value, players, permutations, seed)


def _exact(value: Value, players: int) -> Numbers:
    numbers = np.arange(2**players)
    coalitions = (numbers[:, None] >> np.arange(players) & 1).astype(bool)  # bit i: player i
    worth = np.asarray(value(coalitions), np.float64)
    size = coalitions.sum(axis=1)
    weight = np.array([1 / (players * comb(players - 1, k)) for k in range(players)])
    values = np.empty(players)
    for player in range(players):
        without = numbers[~coalitions[:, player]]
        added = worth[without | 1 << player] - worth[without]
        values[player] = weight[size[without]] @ added
    return values


def _sampled(value: Value, players: int, permutations: int, seed: int) -> tuple[Numbers, Numbers]:
    generator = np.random.default_rng(seed)
    rank = generator.permuted(np.tile(np.arange(players), (permutations, 1)), axis=1)
    added = added_in_orders(value, rank)
    return added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(permutations)


def added_in_orders(value: Value, rank: NDArray[np.integer]) -> Numbers:
    """Compute what each player adds to those before it in each order.

    Args:
        value: as for `shapley_values`.
        rank: (orders, players) position of each player in each order, from 0.

    Returns:
        (orders, players); its mean over all possible orders is the Shapley value.
    """
    orders, players = rank.shape
    coalitions = rank[:, None, :] < np.arange(players + 1)[:, None]  # the first k, for every k
    distinct, where = np.unique(coalitions.reshape(-1, players), axis=0, return_inverse=True)
    worth = np.asarray(value(distinct), np.float64)[where].reshape(orders, players + 1)
    added: Numbers = np.take_along_axis(np.diff(worth, axis=1), rank, axis=1)
    return added
