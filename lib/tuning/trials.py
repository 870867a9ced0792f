"""The trials of a search: the best one, and a table of all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lib.tracking import Results, StageError
from lib.tracking.results import Scalar
from lib.training.fitting import rises

if TYPE_CHECKING:
    import pandas as pd

# Columns of the table beside the hyperparameters and the objective.
OWN_COLUMNS = (
    "trial",
    "epochs_run",
    "best_epoch",
    "wall_time_seconds",
    "seed",
    "status",
    "failure",
)


@dataclass(frozen=True)
class Trial:
    """One point of a search.

    Args:
        number: its number among the proposals, from 1.
        values: its hyperparameters.
        seed: seed of its randomness.
        epochs: number of epochs, if the strategy sets it.
        results: its results, once finished; None if it failed.
        failure: why it failed, in a sentence.
        error: the exception behind `failure`.
    """

    number: int
    values: Mapping[str, Scalar]
    seed: int
    epochs: int | None = None
    results: Results | None = None
    failure: str = ""
    error: BaseException | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        """Name the trial and its hyperparameters."""
        settings = ", ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"trial {self.number} ({settings})"

    @property
    def settings(self) -> dict[str, Scalar]:
        """Everything that distinguishes it from other trials, except the seed."""
        return {**self.values, **self._by_strategy()}

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for the function that evaluates it."""
        return {"values": dict(self.values), "seed": self.seed, **self._by_strategy()}

    def measured(self, metric: str) -> float | None:
        """Look up a metric; None if the trial failed."""
        return None if self.results is None else self.results.metrics[metric]

    def finished(self) -> Results:
        """Return the results of a trial without which the others cannot be used.

        Raises:
            StageError: it failed.
        """
        if self.results is None:
            raise StageError(f"Expected every trial to finish. Received: {self}: {self.failure}")
        return self.results

    def _by_strategy(self) -> dict[str, Scalar]:
        return {} if self.epochs is None else {"epochs": self.epochs}


@dataclass(frozen=True)
class Search:
    """A finished search.

    Args:
        objective: the metric by which trials are compared.
        trials: all of them, in the order proposed.
    """

    objective: str
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The finished trial with the best objective; the first in case of a tie."""
        measured = {
            trial.number: trial.results.metrics[self.objective]
            for trial in self.trials
            if trial.results is not None
        }
        number = (max if rises(self.objective) else min)(measured, key=measured.__getitem__)
        return self.trials[number - 1]

    def table(self) -> "pd.DataFrame":
        """Tabulate the trials, one per row, in the order proposed.

        Returns:
            Columns `trial`, each hyperparameter, the objective, `epochs_run`, `best_epoch` (from
            1), `wall_time_seconds`, `seed`, `status` (finished or failed) and `failure`.
        """
        import pandas as pd

        table = pd.DataFrame([_row(trial, self.objective) for trial in self.trials])
        whole = {"epochs_run": "Int64", "best_epoch": "Int64"}  # integers that may be missing
        return table.astype({**whole, self.objective: float, "wall_time_seconds": float})


def _row(trial: Trial, objective: str) -> dict[str, Any]:
    results = trial.results or Results()
    curve = results.curves.get(objective.removeprefix("best_"), ())
    best = max if rises(objective) else min
    return {
        "trial": trial.number,
        **trial.settings,
        objective: results.metrics.get(objective),
        "epochs_run": max((len(points) for points in results.curves.values()), default=None),
        "best_epoch": list(curve).index(best(curve)) + 1 if curve else None,
        "wall_time_seconds": results.metrics.get("wall_time_seconds"),
        "seed": trial.seed,
        "status": "failed" if trial.failure else "finished",
        "failure": trial.failure,
    }
