"""Search for the best hyperparameters: propose, evaluate side by side, record, and go on."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from lib import progress
from lib.tracking import Results, Workers
from lib.tracking.results import Scalar
from lib.training.fitting import rises
from lib.tuning.space import Space
from lib.tuning.strategies import Hyperband, Strategy
from lib.tuning.trials import OWN_COLUMNS, Search, Trial
from lib.tuning.workers import Outcome, WorkerPool

if TYPE_CHECKING:
    from lib.tuning.oracles import Proposal

MAX_FAILURES_IN_A_ROW = 3  # Keras Tuner's own rule


class SearchFailedError(RuntimeError):
    """A search ended without a result: no trial finished, or too many failed in a row."""


class Log(Protocol):
    """Where trials are recorded; see `lib.tracking.TrialLog`."""

    def find(self, values: Mapping[str, Scalar], seed: int) -> Results | None:
        """Read a finished trial of this search from an earlier, killed attempt."""

    def record(
        self, number: int, values: Mapping[str, Scalar], seed: int, results: Results
    ) -> None:
        """Write a finished trial."""

    def record_failure(
        self, number: int, values: Mapping[str, Scalar], seed: int, reason: str
    ) -> None:
        """Write a failed trial."""


OnTrial = Callable[[int, int, Trial], None]


def show(done: int, total: int, trial: Trial) -> None:
    """Show that a trial has ended; what `search` does unless it is told otherwise."""
    values = ", ".join(f"{name} {value}" for name, value in trial.values.items())
    progress.trial(done, total, f"{values}{': failed' if trial.failure else ''}")


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

    The trials, their seeds and so their results depend on the arguments before `trials` and on
    `inputs` alone. A trial that an earlier attempt has finished is read from `trials`; the others
    are evaluated side by side and recorded as soon as they end.

    Args:
        evaluate: at the top level of a module; called as `evaluate(values=…, seed=…, **inputs)`
            in a process of one thread, with `epochs=…` too if the strategy is Hyperband. Builds
            and trains one model and returns its `Results`: the objective among the metrics, the
            curves, no weights.
        space: what to vary, by name.
        strategy: how to search.
        objective: metric to compare by, such as `best_val_accuracy`; its name says which way is
            better. The curve without `best_` gives the table's best epoch.
        seed: 0 or more.
        trials: where trials are found and recorded.
        workers: who evaluates.
        on_trial: told of each trial that ended: how many have, of how many at the most, and it.
        **inputs: keyword arguments of every call, such as the data; arrays in them are read-only.

    Returns:
        All trials. They may be fewer than the strategy allows, where the space has no more.

    Raises:
        ValueError: space, strategy, objective and inputs do not fit, or a trial's results lack
            the objective.
        SearchFailedError: three trials in a row failed, or all of them.
    """
    _check(space, strategy, objective, inputs)
    from lib.tuning.oracles import Proposer  # imports Keras Tuner and TensorFlow

    proposer = Proposer(strategy, space, _derived(seed, "proposals"), rising=rises(objective))
    total = strategy.trials(space)
    ended: dict[int, Trial] = {}

    def note(trial: Trial) -> None:
        ended[trial.number] = trial
        on_trial(len(ended), total, trial)
        _stop_on_failures(ended)

    with WorkerPool(workers, inputs) as pool:
        while proposals := proposer.ask():
            planned = _planned(proposals, ended, seed)
            missing = []
            for trial in planned:
                found = trials.find(trial.values, trial.seed)
                if found is None:
                    missing.append(trial)
                else:
                    note(replace(trial, results=found))
            for outcome in pool.run(evaluate, [_job(trial, space) for trial in missing]):
                trial = _finished(missing[outcome.job], outcome, objective)
                _record(trials, trial)
                note(trial)
            proposer.tell([_objective(ended[trial.number], objective) for trial in planned])
    if all(trial.results is None for trial in ended.values()):
        raise _failed("all trials failed", list(ended.values()))
    return Search(objective, tuple(ended[number] for number in sorted(ended)))


def _check(space: Space, strategy: Strategy, objective: str, inputs: Mapping[str, Any]) -> None:
    taken = {*OWN_COLUMNS, objective}
    if isinstance(strategy, Hyperband):
        taken.add("epochs")
    strategy.trials(space)
    for name in space:
        if not name.isidentifier() or name in taken:
            raise ValueError(
                f"Expected an identifier other than {sorted(taken)}. Received: {name=}"
            )
    if not space:
        raise ValueError(f"Expected at least one hyperparameter. Received: {space=}")
    if isinstance(strategy, Hyperband) and "epochs" in inputs:
        raise ValueError("Expected no epochs, since Hyperband sets them. Received: epochs=…")


def _derived(seed: int, what: str) -> int:
    """Derive a seed of its own for a part of a search.

    0 stays out since it has Keras Tuner draw a seed, and 2^31 and more are not for everyone.

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
        values = dict(proposal.values)
        if proposal.epochs is not None:
            values["epochs"] = proposal.epochs
        own = _derived(seed, f"trial {number}")
        continued = proposal.continues
        planned.append(Trial(number, values, own if continued is None else before[continued].seed))
    return planned


def _job(trial: Trial, space: Space) -> dict[str, Any]:
    """Give the call's arguments: what the space does not name, Hyperband's epochs, on its own."""
    values = {name: trial.values[name] for name in space}
    set_by_strategy = {name: trial.values[name] for name in trial.values if name not in space}
    return {"values": values, "seed": trial.seed, **set_by_strategy}


def _finished(trial: Trial, outcome: Outcome, objective: str) -> Trial:
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


def _record(trials: Log, trial: Trial) -> None:
    if trial.results is not None:
        trials.record(trial.number, trial.values, trial.seed, trial.results)
    else:
        trials.record_failure(trial.number, trial.values, trial.seed, trial.failure)


def _objective(trial: Trial, objective: str) -> float | None:
    return None if trial.results is None else trial.results.metrics[objective]


def _stop_on_failures(ended: Mapping[int, Trial]) -> None:
    """Raise if trials in a row failed, looking no further than to the first that has not ended.

    So which trials stop a search does not depend on which worker was first.
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
    error = SearchFailedError(f"Expected trials that finish. Received: {what}: {reasons}")
    error.__cause__ = failures[-1].error
    return error
