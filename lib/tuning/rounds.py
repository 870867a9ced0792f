"""Evaluate points in rounds, where each round depends on the results of the previous one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from lib.tracking import Results, Workers
from lib.tracking.results import Scalar
from lib.tuning.search import Log, OnTrial, _Evaluation, show
from lib.tuning.trials import Search, Trial
from lib.tuning.workers import WorkerPool

Point = tuple[Mapping[str, Scalar], int]


class Rounds:
    """Rounds of trials over one pool of workers, numbered and recorded like those of one search.

    A trial that an earlier, killed attempt has finished is read from `trials`.

    Args:
        evaluate: see `lib.tuning.search`; called as `evaluate(values=…, seed=…, **inputs)`.
        objective: metric that `Search.best` compares by.
        trials: where trials are found and recorded.
        workers: the workers that evaluate.
        on_trial: called for each trial that has ended.
        **inputs: keyword arguments of every call.
    """

    def __init__(
        self,
        evaluate: Callable[..., Results],
        *,
        objective: str,
        trials: Log,
        workers: Workers,
        on_trial: OnTrial = show,
        **inputs: Any,
    ) -> None:
        self._pool = WorkerPool(workers, inputs)
        self._evaluation = _Evaluation(evaluate, objective, trials, self._pool, on_trial, total=0)

    def __enter__(self) -> Self:
        self._pool.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.__exit__(kind, error, trace)

    def run(self, points: Iterable[Point]) -> list[Trial]:
        """Evaluate a round's points in parallel, and return them in order.

        Args:
            points: values and seed of each.

        Returns:
            One trial per point, including failed ones.

        Raises:
            SearchFailedError: three trials in a row failed.
        """
        before = len(self._evaluation.ended)
        planned = [
            Trial(number, values, seed)
            for number, (values, seed) in enumerate(points, start=before + 1)
        ]
        return self._evaluation.run(planned)

    def finish(self) -> Search:
        """Return the trials of all rounds.

        Raises:
            SearchFailedError: all of them failed.
        """
        return self._evaluation.finish()


def steps_away(
    ladders: Mapping[str, Sequence[Scalar]], point: Mapping[str, Scalar]
) -> list[dict[str, Scalar]]:
    """List the points one step away from a point on a single ladder.

    Args:
        ladders: each hyperparameter's values in order, by name.
        point: one value from each ladder, by name.

    Raises:
        ValueError: the point is not on the ladders.

    >>> steps_away({"rate": (0.1, 0.2, 0.4), "width": (8, 16)}, {"rate": 0.2, "width": 8})
    [{'rate': 0.1, 'width': 8}, {'rate': 0.4, 'width': 8}, {'rate': 0.2, 'width': 16}]
    """
    found: list[dict[str, Scalar]] = []
    for name, ladder in ladders.items():
        if point.get(name) not in ladder:
            raise ValueError(f"Expected {name} in {tuple(ladder)}. Received: {dict(point)}")
        at = list(ladder).index(point[name])
        found += [
            {**point, name: ladder[near]} for near in (at - 1, at + 1) if 0 <= near < len(ladder)
        ]
    return found
