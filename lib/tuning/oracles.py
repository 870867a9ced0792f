"""Let Keras Tuner's oracles propose trials; nothing else of Keras Tuner is used, and only here.

An oracle is asked for a round of trials, told what they measured in the order in which it
proposed them, and asked again. So its proposals depend on the seed and the results alone: not on
the number of workers, nor on which of them was first. Nothing is written to disk either: a killed
search is replayed from its start, with the results it had.

Importing this module imports TensorFlow, which takes seconds; `lib.tuning.search` does so only
when it searches.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras_tuner
from keras_tuner import oracles
from keras_tuner.engine.trial import TrialStatus
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from lib.tracking.results import Scalar
from lib.tuning.space import Float, Hyperparameter, Space
from lib.tuning.strategies import Bayesian, GridSearch, Hyperband, RandomSearch, Strategy

OBJECTIVE = "objective"  # the oracles' only metric


@dataclass(frozen=True)
class Proposal:
    """A trial to evaluate.

    Args:
        values: a value for each hyperparameter.
        epochs: number of epochs, if the strategy sets it.
        continues: number, from 1, of the trial that this one continues.
    """

    values: dict[str, Scalar]
    epochs: int | None = None
    continues: int | None = None


class _InMemory(keras_tuner.Oracle):
    """Changes common to our oracles: they write no files and try harder to find new values."""

    def __init__(self, **settings: Any) -> None:
        # Keras Tuner's own limit of three failures leaves its lock held; `search` has that limit.
        super().__init__(max_consecutive_failed_trials=None, **settings)
        self.verbose = 0
        self._max_collisions = 1_000  # with 20, a seventh of a small space may remain untried

    def save(self) -> None:
        """Write nothing."""

    def _save_trial(self, trial: Any) -> None:
        """Write nothing."""


class _Grid(_InMemory, oracles.GridSearchOracle):
    pass


class _Random(_InMemory, oracles.RandomSearchOracle):
    pass


class _Bayesian(_InMemory, oracles.BayesianOptimizationOracle):
    pass


class _Hyperband(_InMemory, oracles.HyperbandOracle):
    pass


class Proposer:
    """A strategy applied to a search space.

    Args:
        strategy: how to search.
        space: what to vary.
        seed: at least 1, because for 0 Keras Tuner draws one.
        rising: whether a higher objective is better.

    Raises:
        ValueError: the strategy does not fit the space, or the seed is not positive.
    """

    def __init__(self, strategy: Strategy, space: Space, seed: int, *, rising: bool) -> None:
        if seed < 1:
            raise ValueError(f"Expected a seed of at least 1. Received: {seed=}")
        self.strategy = strategy
        self.space = space
        self.rising = rising
        self._oracle = _oracle(strategy, space, seed, rising=rising)
        self._asked: list[Any] = []

    def ask(self) -> list[Proposal]:
        """Propose a round of trials; none when the search is over."""
        with _quiet():
            if isinstance(self.strategy, GridSearch | RandomSearch):
                self._asked = self._unrolled()
            else:
                self._asked = self._running(self._round_size())
        return [self._proposal(trial) for trial in self._asked]

    def tell(self, objectives: Sequence[float | None]) -> None:
        """Report what the round measured.

        Args:
            objectives: one value per trial, in the order proposed; None for a failed trial.
        """
        if isinstance(self.strategy, GridSearch | RandomSearch):
            return
        with _quiet():
            for trial, objective in zip(self._asked, objectives, strict=True):
                self._end(trial, objective)

    def _unrolled(self) -> list[Any]:
        """Take all proposals at once.

        The grid oracle proposes two trials and then one for each that ended, because a trial might
        add new hyperparameters; ours never do. Neither it nor the random oracle reads results, so
        each trial is ended immediately.
        """
        trials: list[Any] = []
        while some := self._running(None):
            trials += some
            for trial in some:
                self._end(trial, 0.0)
        return trials

    def _round_size(self) -> int | None:
        if isinstance(self.strategy, Bayesian):
            begun = len(self._oracle.trials) > 0
            return self.strategy.batch if begun else self.strategy.initial_trials(self.space)
        return None  # Hyperband says when it has to wait

    def _running(self, count: int | None) -> list[Any]:
        """Create up to `count` trials, or all of them if it is None."""
        trials: list[Any] = []
        while count is None or len(trials) < count:
            trial = self._oracle.create_trial(f"place {len(trials)}")
            if trial.status != TrialStatus.RUNNING:  # it needs results first, or is done
                break
            trials.append(trial)
        return trials

    def _end(self, trial: Any, objective: float | None) -> None:
        if objective is None and isinstance(self.strategy, Hyperband):
            # A failed trial counts as its round's worst. Otherwise the round would be one trial
            # short, and the bracket would never end.
            objective = -math.inf if self.rising else math.inf
        if objective is None:
            trial.status = TrialStatus.FAILED
        else:
            self._oracle.update_trial(trial.trial_id, {OBJECTIVE: objective})
            trial.status = TrialStatus.COMPLETED
        self._oracle.end_trial(trial)

    def _proposal(self, trial: Any) -> Proposal:
        raw = trial.hyperparameters.values
        values = {name: _value(self.space[name], raw[name]) for name in self.space}
        if not isinstance(self.strategy, Hyperband):
            return Proposal(values)
        before = raw.get("tuner/trial_id")  # an oracle counts its trials from 0
        return Proposal(values, raw["tuner/epochs"], None if before is None else int(before) + 1)


def _oracle(strategy: Strategy, space: Space, seed: int, *, rising: bool) -> Any:
    common = {
        "objective": keras_tuner.Objective(OBJECTIVE, "max" if rising else "min"),
        "hyperparameters": _hyperparameters(space),
        "seed": seed,
    }
    limit = strategy.trials(space)
    match strategy:
        case GridSearch():
            return _Grid(**common)
        case RandomSearch():
            return _Random(max_trials=limit, **common)
        case Bayesian():
            initial = strategy.initial_trials(space)
            return _Bayesian(max_trials=limit, num_initial_points=initial, **common)
        case Hyperband():
            return _Hyperband(
                max_epochs=strategy.max_epochs,
                factor=strategy.factor,
                hyperband_iterations=strategy.iterations,
                **common,
            )


def _hyperparameters(space: Space) -> keras_tuner.HyperParameters:
    """Describe values to the oracles by their positions, so that they may have any type."""
    described = keras_tuner.HyperParameters()
    for name, hyperparameter in space.items():
        if isinstance(hyperparameter, Float):
            sampling = "log" if hyperparameter.log else "linear"
            described.Float(name, hyperparameter.low, hyperparameter.high, sampling=sampling)
        else:
            described.Choice(name, list(range(len(hyperparameter.values))))
    return described


def _value(hyperparameter: Hyperparameter, raw: Any) -> Scalar:
    if isinstance(hyperparameter, Float):
        # Rounding in the logarithmic scale may put a value just outside the range.
        return min(max(float(raw), hyperparameter.low), hyperparameter.high)
    return hyperparameter.values[int(raw)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the warnings of an oracle's call, and run it in one thread.

    Then its Gaussian process does not depend on the number of cores either. Its matrices have a
    few dozen rows: a second thread doubles the work and saves no time.
    """
    with warnings.catch_warnings(), threadpool_limits(1):
        # Keras Tuner names its locks with functions that Python has renamed.
        warnings.filterwarnings("ignore", "(currentThread|getName)", DeprecationWarning)
        # A length scale at its bound: the objective hardly depends on that hyperparameter.
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        yield
