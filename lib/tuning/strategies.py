"""Search strategies: what each proposes, and its maximum number of trials."""

import math
from dataclasses import dataclass

from lib.tuning.space import Space, combinations


@dataclass(frozen=True)
class GridSearch:
    """Try every combination once, all in parallel."""

    def trials(self, space: Space) -> int:
        """Count the trials.

        Raises:
            ValueError: the number of combinations is infinite.
        """
        count = combinations(space)
        if count is None:
            raise ValueError(f"Expected only Choice and Int in a grid. Received: {space=}")
        return count


@dataclass(frozen=True)
class RandomSearch:
    """Try random combinations, none twice, all in parallel.

    Args:
        max_trials: number of trials; fewer if the space has fewer points.

    Raises:
        ValueError: `max_trials` is below 1.
    """

    max_trials: int

    def __post_init__(self) -> None:
        if self.max_trials < 1:
            raise ValueError(f"Expected max_trials >= 1. Received: {self.max_trials=}")

    def trials(self, space: Space) -> int:
        """Count the trials."""
        return min(self.max_trials, combinations(space) or self.max_trials)


@dataclass(frozen=True)
class Bayesian:
    """Try the points that a Gaussian process, fitted to all earlier batches, expects to be best.

    In a discrete space it may propose the same values again; they are then trained with another
    seed.

    Args:
        max_trials: number of trials; fewer if the space has fewer combinations.
        initial: trials drawn at random before the first fit; None for three per hyperparameter.
        batch: trials proposed at once from earlier results, and so the most that can run in
            parallel. It is part of the search and does not follow the number of workers, so
            that the search is the same on every machine.

    Raises:
        ValueError: a count is below 1.
    """

    max_trials: int
    initial: int | None = None
    batch: int = 4

    def __post_init__(self) -> None:
        if min(self.max_trials, self.batch, 1 if self.initial is None else self.initial) < 1:
            raise ValueError(f"Expected counts of at least 1. Received: {self}")

    def trials(self, space: Space) -> int:
        """Return the maximum number of trials."""
        return min(self.max_trials, combinations(space) or self.max_trials)

    def initial_trials(self, space: Space) -> int:
        """Count the trials drawn at random."""
        wanted = 3 * len(space) if self.initial is None else self.initial
        return min(wanted, self.trials(space))


@dataclass(frozen=True)
class Hyperband:
    """Train many trials for few epochs and the best for more, in brackets of different rates.

    A promoted trial is a new trial that starts from the first epoch, with the seed of the earlier
    one. Repeating those epochs costs 16 % (`max_epochs=9`) to 23 % (`max_epochs=81`) more, but no
    weights, optimizer slots or random states need to be stored: the result of a trial depends only
    on its values, epochs and seed.

    Args:
        max_epochs: epochs of the last round.
        factor: factor by which each round has fewer trials and more epochs.
        iterations: number of repetitions of the whole procedure with new values.

    Raises:
        ValueError: an argument is too small.

    Source: Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization",
        JMLR 18 (2018), with Keras Tuner's sizes.
    """

    max_epochs: int
    factor: int = 3
    iterations: int = 1

    def __post_init__(self) -> None:
        if self.max_epochs < 1 or self.factor < 2 or self.iterations < 1:
            raise ValueError(
                f"Expected max_epochs >= 1, factor >= 2 and iterations >= 1. Received: {self}"
            )

    def brackets(self) -> list[list[tuple[int, int]]]:
        """List the rounds of each bracket of one iteration, as (trials, epochs).

        >>> Hyperband(max_epochs=9).brackets()
        [[(9, 1), (3, 3), (1, 9)], [(5, 3), (2, 9)], [(3, 9)]]
        """
        last, epochs = -1, float(self.max_epochs)
        while epochs >= 1:
            last, epochs = last + 1, epochs / self.factor
        final = math.ceil(1 + math.log(self.max_epochs, self.factor))
        return [
            [
                (
                    math.ceil(final / (bracket + 1) * self.factor**left),
                    math.ceil(self.max_epochs / self.factor**left),
                )
                for left in range(bracket, -1, -1)
            ]
            for bracket in range(last, -1, -1)
        ]

    def trials(self, space: Space) -> int:
        """Count the trials.

        Raises:
            ValueError: the space has fewer combinations than the brackets begin with.
        """
        begun = self.iterations * sum(rounds[0][0] for rounds in self.brackets())
        count = combinations(space)
        if count is not None and count < begun:
            raise ValueError(
                f"Expected a space of at least {begun} combinations for {self}. Received: {count}"
            )
        return self.iterations * sum(size for rounds in self.brackets() for size, _ in rounds)


Strategy = GridSearch | RandomSearch | Bayesian | Hyperband
