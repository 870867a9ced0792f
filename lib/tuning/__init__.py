"""Tune hyperparameters: Keras Tuner proposes, worker processes evaluate, the caller records."""

from lib.tuning.agreement import OtherCodeError
from lib.tuning.rounds import Rounds, steps_away
from lib.tuning.search import Log, SearchFailedError, evaluate_all, search
from lib.tuning.space import Choice, Float, Int, Space
from lib.tuning.strategies import Bayesian, GridSearch, Hyperband, RandomSearch, Strategy
from lib.tuning.trials import Search, Trial
from lib.tuning.workers import Apart, WorkerDiedError

__all__ = [
    "Apart",
    "Bayesian",
    "Choice",
    "Float",
    "GridSearch",
    "Hyperband",
    "Int",
    "Log",
    "OtherCodeError",
    "RandomSearch",
    "Rounds",
    "Search",
    "SearchFailedError",
    "Space",
    "Strategy",
    "Trial",
    "WorkerDiedError",
    "evaluate_all",
    "search",
    "steps_away",
]
