"""Search for the best hyperparameters: propose, evaluate in parallel, record, repeat."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from lib import progress
from lib.tracking import Results, Workers
from lib.tracking.results import Scalar
from lib.tracking.runs.trials import trial_name
from lib.training.backend import start_backend
from lib.training.fitting import rises
from lib.tuning.space import Space, combinations
from lib.tuning.strategies import Hyperband, Strategy
from lib.tuning.trials import OWN_COLUMNS, Search, Trial
from lib.tuning.workers import Outcome, WorkerPool

if TYPE_CHECKING:
    from lib.tuning.oracles import Proposal

MAX_FAILURES_IN_A_ROW = 3  # Keras Tuner's own rule


class SearchFailedError(RuntimeError):
    """A search failed: no trial finished, or too many failed in a row."""


class Log(Protocol):
    """Where trials are recorded; see `lib.tracking.TrialLog`."""

    def find(self, values: Mapping[str, Scalar], seed: int) -> Results | None:
        """Read a finished trial of this search from an earlier, killed attempt."""

    def record(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        results: Results,
        *,
        varied: Collection[str] = (),
    ) -> None:
        """Write a finished trial."""

    def record_failure(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        reason: str,
        *,
        varied: Collection[str] = (),
    ) -> None:
        """Write a failed trial."""


OnTrial = Callable[[int, int, Trial], None]


def show(done: int, total: int, trial: Trial) -> None:
    """Show that a trial has ended; the default `on_trial` of `search`."""
    settings = trial_name(trial.settings, trial.seed)
    progress.trial(done, total, settings + (": failed" if trial.failure else ""))


def search(
    evaluate: Callable[..., Results],
    space: Space,
    strategy: Strategy,
    *,
    objective: str,
    seed: int,
    trials: Log,
    workers: Workers,
    on_trial: OnTrial = show,
    **inputs: Any,
) -> Search:
    """Search a space for the values with the best objective.

    The trials, their seeds and so their results depend only on the arguments before `trials` and
    on `inputs`. A trial that an earlier attempt has finished is read from `trials`; the others
    are evaluated side by side and recorded as soon as they end.

    Args:
        evaluate: at the top level of a module; called as `evaluate(values=…, seed=…, **inputs)`
            in a process of one thread, with `epochs=…` too if the strategy is Hyperband. Builds
            and trains one model and returns its `Results`: the objective among the metrics, the
            curves, no weights.
        space: what to vary, by name.
        strategy: how to search.
        objective: metric to compare by, such as `best_val_accuracy`; its name says whether higher
            or lower is better. The curve without `best_` gives the table's best epoch.
        seed: 0 or more.
        trials: where trials are found and recorded.
        workers: the workers that evaluate.
        on_trial: called with the number of ended trials, their maximum, and the ended trial.
        **inputs: keyword arguments of every call, such as the data; arrays in them are read-only.

    Returns:
        All trials; fewer than the strategy allows if the space has no more.

    Raises:
        ValueError: space, strategy, objective and inputs do not fit together, or a trial's results
            lack the objective.
        SearchFailedError: three trials in a row failed, or all of them.
    """
    _check_names(space, objective)
    if isinstance(strategy, Hyperband) and "epochs" in {*space, *inputs}:
        raise ValueError("Expected no epochs, since Hyperband sets them. Received: epochs=…")
    total = strategy.trials(space)
    start_backend()
    from lib.tuning.oracles import Proposer  # imports Keras Tuner and TensorFlow

    proposer = Proposer(strategy, space, _derived(seed, "proposals"), rising=rises(objective))
    varied = [name for name, each in space.items() if combinations({name: each}) != 1]
    if isinstance(strategy, Hyperband):
        varied.append("epochs")
    with WorkerPool(workers, inputs) as pool:
        evaluation = _Evaluation(evaluate, objective, trials, pool, on_trial, total, varied)
        while proposals := proposer.ask():
            planned = _planned(proposals, evaluation.ended, seed)
            proposer.tell([trial.measured(objective) for trial in evaluation.run(planned)])
    return evaluation.finish()


def evaluate_all(
    evaluate: Callable[..., Results],
    points: Sequence[tuple[Mapping[str, Scalar], int]],
    *,
    objective: str,
    trials: Log,
    workers: Workers,
    on_trial: OnTrial = show,
    **inputs: Any,
) -> Search:
    """Evaluate given points, such as both arms of a comparison.

    They are found, evaluated and recorded like the trials of a search, so a comparison that was
    killed also resumes where it stopped.

    Args:
        evaluate: see `search`; called as `evaluate(values=…, seed=…, **inputs)`.
        points: values and seed of each; all with the same names. Arms that share a seed are pairs.
        objective: see `search`.
        trials: where trials are found and recorded.
        workers: the workers that evaluate.
        on_trial: see `search`.
        **inputs: keyword arguments of every call.

    Returns:
        One trial per point, in the order of the points.

    Raises:
        ValueError: there are no points, their names differ, or results lack the objective.
        SearchFailedError: three trials in a row failed, or all of them.
    """
    names = {tuple(values) for values, _ in points}
    if len(names) != 1:
        raise ValueError(f"Expected points of the same names, at least one. Received: {names=}")
    _check_names(names.pop(), objective)
    planned = [Trial(number, values, seed) for number, (values, seed) in enumerate(points, start=1)]
    with WorkerPool(workers, inputs) as pool:
        total, varied = len(points), _varied(points)
        evaluation = _Evaluation(evaluate, objective, trials, pool, on_trial, total, varied)
        evaluation.run(planned)
    return evaluation.finish()


@dataclass
class _Evaluation:
    """Evaluates planned trials, and keeps the ended ones by number."""

    evaluate: Callable[..., Results]
    objective: str
    log: Log
    pool: WorkerPool
    on_trial: OnTrial
    total: int  # trials that the progress display counts to; grows with what is planned
    varied: Collection[str] = ()  # hyperparameters that name the trials; all if empty
    ended: dict[int, Trial] = field(default_factory=dict)

    def run(self, planned: Sequence[Trial]) -> list[Trial]:
        """Find or evaluate trials, and return them in order."""
        self.total = max(self.total, len(self.ended) + len(planned))
        missing = []
        for trial in planned:
            found = self.log.find(trial.settings, trial.seed)
            if found is None:
                missing.append(trial)
            else:
                self._note(replace(trial, results=found))
        for outcome in self.pool.run(self.evaluate, [trial.arguments for trial in missing]):
            trial = _ended(missing[outcome.job], outcome, self.objective)
            known = trial.number, trial.settings, trial.seed
            if trial.results is not None:
                self.log.record(*known, trial.results, varied=self.varied)
            else:
                self.log.record_failure(*known, trial.failure, varied=self.varied)
            self._note(trial)
        return [self.ended[trial.number] for trial in planned]

    def finish(self) -> Search:
        """Return all trials, at least one of which has finished."""
        trials = tuple(self.ended[number] for number in sorted(self.ended))
        if all(trial.failure for trial in trials):
            raise _failed("all trials failed", trials)
        return Search(self.objective, trials)

    def _note(self, trial: Trial) -> None:
        self.ended[trial.number] = trial
        self.on_trial(len(self.ended), self.total, trial)
        _stop_on_failures(self.ended)


def _check_names(names: Iterable[str], objective: str) -> None:
    rises(objective)
    taken = sorted({*OWN_COLUMNS, objective})
    if not names:
        raise ValueError("Expected at least one hyperparameter. Received: none")
    for name in names:
        if not name.isidentifier() or name in taken:
            raise ValueError(f"Expected an identifier other than {taken}. Received: {name=}")


def _varied(points: Sequence[tuple[Mapping[str, Scalar], int]]) -> list[str]:
    """Name the hyperparameters that differ among points, and the seed if points are repeated.

    >>> _varied([({"rate": 0.1, "units": 8}, 1), ({"rate": 0.2, "units": 8}, 1)])
    ['rate']
    >>> _varied([({"rate": 0.1, "units": 8}, 1), ({"rate": 0.1, "units": 8}, 2)])
    ['seed']
    """
    differing = [name for name in points[0][0] if len({values[name] for values, _ in points}) > 1]
    repeated = len({tuple(values.items()) for values, _ in points}) < len(points)
    return [*differing, "seed"] if repeated else differing


def _derived(seed: int, what: str) -> int:
    """Derive a separate seed for a part of a search.

    0 is excluded because Keras Tuner then draws a seed, and 2^31 and above because some libraries
    do not accept them.

    >>> _derived(1, "trial 1") != _derived(1, "trial 2")
    True
    """
    digest = hashlib.sha256(f"{seed} {what}".encode()).digest()
    return int.from_bytes(digest[:8]) % (2**31 - 1) + 1


def _planned(
    proposals: "Sequence[Proposal]", before: Mapping[int, Trial], seed: int
) -> list[Trial]:
    planned = []
    for number, proposal in enumerate(proposals, start=len(before) + 1):
        own = _derived(seed, f"trial {number}")
        continued = proposal.continues
        trial_seed = own if continued is None else before[continued].seed
        planned.append(Trial(number, proposal.values, trial_seed, proposal.epochs))
    return planned


def _ended(trial: Trial, outcome: Outcome, objective: str) -> Trial:
    if outcome.error is not None:
        kind = type(outcome.error).__name__
        return replace(trial, failure=f"{kind}: {outcome.error}", error=outcome.error)
    results = outcome.value
    if not isinstance(results, Results):
        raise TypeError(f"Expected Results of {trial}. Received: {type(results).__name__}")
    if objective not in results.metrics:
        raise ValueError(
            f"Expected a metric {objective} of {trial}. Received: {sorted(results.metrics)}"
        )
    metrics = {"wall_time_seconds": outcome.seconds, **results.metrics}
    return replace(trial, results=replace(results, metrics=metrics))


def _stop_on_failures(ended: Mapping[int, Trial]) -> None:
    """Raise an error if trials in a row failed, looking only up to the first unfinished one.

    So which trials stop a search does not depend on the order of the workers.
    """
    row: list[Trial] = []
    number = 1
    while number in ended:
        row = [*row, ended[number]] if ended[number].failure else []
        if len(row) == MAX_FAILURES_IN_A_ROW:
            raise _failed(f"{MAX_FAILURES_IN_A_ROW} in a row failed", row)
        number += 1


def _failed(what: str, failures: Sequence[Trial]) -> SearchFailedError:
    reasons = "; ".join(f"{trial}: {trial.failure}" for trial in failures)
    error = SearchFailedError(f"Expected trials to finish. Received: {what}: {reasons}")
    error.__cause__ = failures[-1].error
    return error
