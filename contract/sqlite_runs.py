"""Read MLflow's tables in an SQLite file, without MLflow, whose import takes three seconds.

The results equal those of MLflow's own client (a test compares them). Values are returned as they
are stored, so infinity is the greatest float.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contract.entities import Experiment, Metric, ModelOutput, Run, RunData, RunInfo

Rows = list[tuple[Any, ...]]
Query = Callable[[str, tuple[str, ...]], Rows]

SCHEMAS = frozenset(
    {"dc11669786a5"}
)  # versions for which all results have been compared: MLflow 3.17
AT_ONCE = 500  # values in one query, below the limit of any build of SQLite

_EXPERIMENTS = (
    "SELECT experiment_id, name, artifact_location, lifecycle_stage FROM experiments WHERE "
)
_RUNS = (
    "SELECT run_uuid, name, experiment_id, status, start_time, end_time, lifecycle_stage,"
    " artifact_uri FROM runs WHERE "
)
_LOGGED = {
    "latest_metrics": "SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid IN ",
    "params": "SELECT run_uuid, key, value FROM params WHERE run_uuid IN ",
    "tags": "SELECT run_uuid, key, value FROM tags WHERE run_uuid IN ",
}
_TAGGED = " AND EXISTS (SELECT 1 FROM tags t WHERE t.run_uuid = runs.run_uuid AND t.key = ?"
_NEWEST_FIRST = " ORDER BY start_time DESC, run_uuid"  # as MLflow's search does


class SqliteRuns:
    """The experiments and runs in an SQLite file.

    Reading is not one transaction, but it is done in the reverse order of writing: whatever was
    logged before a run's status was set is seen with that status.

    Args:
        query: reads rows of the file; whatever it raises is passed on.
    """

    def __init__(self, query: Query) -> None:
        self._query = query

    def schemas(self) -> list[str]:
        """List the schema versions that the file states; there is one if it is MLflow's."""
        return [str(row[0]) for row in self._query("SELECT version_num FROM alembic_version", ())]

    def experiment(self, experiment_id: str) -> Experiment | None:
        """Find an experiment by its id, even if deleted."""
        return self._experiment("experiment_id = ?", experiment_id)

    def experiment_named(self, name: str) -> Experiment | None:
        """Find an experiment by its name, even if deleted."""
        return self._experiment("name = ?", name)

    def experiment_tagged(self, key: str, value: str) -> Experiment | None:
        """Find an experiment by a tag, preferably an active one."""
        rows = self._query(
            "SELECT e.experiment_id FROM experiments e JOIN experiment_tags t"
            " ON t.experiment_id = e.experiment_id WHERE t.key = ? AND t.value = ?"
            " ORDER BY e.lifecycle_stage, e.experiment_id",  # active, deleted
            (key, value),
        )
        return self.experiment(str(rows[0][0])) if rows else None

    def run(self, run_id: str) -> Run | None:
        """Find a run by its id, even if deleted."""
        return next(self._runs(self._query(f"{_RUNS}run_uuid = ?", (run_id,))), None)

    def find(
        self,
        experiment_id: str,
        tags: Mapping[str, str | None],
        *,
        finished: bool | None = None,
        deleted: bool = False,
        limit: int | None = None,
    ) -> list[Run]:
        """Find runs of an experiment, newest first.

        Args:
            experiment_id: the experiment.
            tags: required values by tag; None accepts any value that is not empty.
            finished: True for runs with status FINISHED, False for all others; None for both.
            deleted: whether to include deleted runs.
            limit: maximum number of runs; None for all.
        """
        condition, values = "experiment_id = ?", [experiment_id]
        if not deleted:
            condition += " AND lifecycle_stage = 'active'"
        if finished is not None:
            condition += f" AND status {'=' if finished else '!='} 'FINISHED'"
        for key, value in tags.items():
            condition += f"{_TAGGED} AND t.value {'!=' if value is None else '='} ?)"
            values += [key, value or ""]
        most = "" if limit is None else f" LIMIT {limit:d}"
        return list(
            self._runs(self._query(_RUNS + condition + _NEWEST_FIRST + most, tuple(values)))
        )

    def history(self, run_id: str, metric: str) -> list[Metric]:
        """List all points of a metric, in the order in which they were logged."""
        rows = self._query(
            "SELECT value, is_nan, timestamp, step FROM metrics WHERE run_uuid = ? AND key = ?"
            " ORDER BY timestamp, step, value",
            (run_id, metric),
        )
        return [
            Metric(metric, _number(value, is_nan), timestamp, step)
            for value, is_nan, timestamp, step in rows
        ]

    def model_outputs(self, run_id: str) -> list[ModelOutput]:
        """List the logged models that a run shows as its own."""
        rows = self._query(
            "SELECT destination_id, step FROM inputs WHERE source_type = 'RUN_OUTPUT'"
            " AND source_id = ? AND destination_type = 'MODEL_OUTPUT'",
            (run_id,),
        )
        return [ModelOutput(str(model_id), step) for model_id, step in rows]

    def _experiment(self, condition: str, value: str) -> Experiment | None:
        rows = self._query(_EXPERIMENTS + condition, (value,))
        if not rows:
            return None
        experiment_id, name, location, lifecycle = rows[0]
        tags = self._query(
            "SELECT key, value FROM experiment_tags WHERE experiment_id = ?", (str(experiment_id),)
        )
        return Experiment(str(experiment_id), name, location, lifecycle, dict(tags))

    def _runs(self, rows: Rows) -> Iterator[Run]:
        """Read what was logged to runs, for many runs at once."""
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            run_ids = [row[0] for row in some]
            metrics: dict[str, dict[str, float]] = {run_id: {} for run_id in run_ids}
            for run_id, key, value, is_nan in self._logged("latest_metrics", run_ids):
                metrics[run_id][key] = _number(value, is_nan)
            params, tags = self._texts("params", run_ids), self._texts("tags", run_ids)
            for run_id, name, experiment_id, *rest in some:
                shown = name or tags[run_id].get("mlflow.runName")
                info = RunInfo(run_id, shown, str(experiment_id), *rest)
                yield Run(info, RunData(metrics[run_id], params[run_id], tags[run_id]))

    def _texts(self, table: str, run_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {run_id: {} for run_id in run_ids}
        for run_id, key, value in self._logged(table, run_ids):
            found[run_id][key] = value
        return found

    def _logged(self, table: str, run_ids: Sequence[str]) -> Rows:
        places = ", ".join("?" * len(run_ids))
        return self._query(f"{_LOGGED[table]}({places})", tuple(run_ids))


def _number(value: Any, is_nan: object) -> float:
    number: float = math.nan if is_nan else value
    return number
