"""Read a store through MLflow's own client: a server, or a file with a schema new to us."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from contract.entities import Experiment, Metric, ModelOutput, Run, RunData, RunInfo

if TYPE_CHECKING:
    from mlflow import entities
    from mlflow.tracking import MlflowClient

PAGE = 1000  # runs in one answer


class MlflowRuns:
    """The experiments and runs of a store; answers as `contract.sqlite_runs` does.

    Args:
        client: returns MLflow's client.
    """

    def __init__(self, client: "Callable[[], MlflowClient]") -> None:
        self._client = client

    def experiment(self, experiment_id: str) -> Experiment | None:
        """Find an experiment by its id, even if deleted; if there is none, MLflow raises."""
        return _experiment(self._client().get_experiment(experiment_id))

    def experiment_named(self, name: str) -> Experiment | None:
        """Find an experiment by its name, even if deleted."""
        found = self._client().get_experiment_by_name(name)
        return None if found is None else _experiment(found)

    def experiment_tagged(self, key: str, value: str) -> Experiment | None:
        """Find an experiment by a tag, preferably an active one."""
        from mlflow.entities import ViewType

        found = self._client().search_experiments(
            view_type=ViewType.ALL, filter_string=f"tags.`{key}` = {_quoted(value)}"
        )
        first = min(found, key=lambda each: each.lifecycle_stage != "active", default=None)
        return None if first is None else _experiment(first)

    def run(self, run_id: str) -> Run | None:
        """Find a run by its id, even if deleted; if there is none, MLflow raises."""
        return as_read(self._client().get_run(run_id))

    def find(
        self,
        experiment_id: str,
        tags: Mapping[str, str | None],
        *,
        finished: bool | None = None,
        deleted: bool = False,
        limit: int | None = None,
    ) -> list[Run]:
        """Find runs of an experiment, newest first; see `contract.sqlite_runs`."""
        from mlflow.entities import ViewType

        conditions = [
            f"tags.`{key}` LIKE '_%'" if value is None else f"tags.`{key}` = {_quoted(value)}"
            for key, value in tags.items()
        ]
        if finished is not None:
            conditions.append(f"attributes.status {'=' if finished else '!='} 'FINISHED'")
        view = ViewType.ALL if deleted else ViewType.ACTIVE_ONLY
        found: list[entities.Run] = []
        token = None
        while limit is None or len(found) < limit:
            page = self._client().search_runs(
                [experiment_id],
                " and ".join(conditions),
                run_view_type=view,
                max_results=PAGE if limit is None else min(PAGE, limit - len(found)),
                page_token=token,
            )
            found += page
            token = page.token
            if not token:
                break
        return [as_read(run) for run in found]

    def history(self, run_id: str, metric: str) -> list[Metric]:
        """List all points of a metric, in the order in which they were logged."""
        return [
            Metric(point.key, point.value, point.timestamp, point.step)
            for point in self._client().get_metric_history(run_id, metric)
        ]

    def model_outputs(self, run_id: str) -> list[ModelOutput]:
        """List the logged models that a run shows as its own."""
        outputs = self._client().get_run(run_id).outputs
        models = outputs.model_outputs if outputs is not None else []
        return [ModelOutput(model.model_id, model.step) for model in models]


def as_read(run: "entities.Run") -> Run:
    """Convert MLflow's run to ours, which has only what we read."""
    info = RunInfo(
        run_id=run.info.run_id,
        run_name=run.info.run_name,
        experiment_id=run.info.experiment_id,
        status=run.info.status,
        start_time=run.info.start_time,
        end_time=run.info.end_time,
        lifecycle_stage=run.info.lifecycle_stage,
        artifact_uri=run.info.artifact_uri,
    )
    return Run(info, RunData(run.data.metrics, run.data.params, run.data.tags))


def _experiment(found: "entities.Experiment") -> Experiment:
    return Experiment(
        str(found.experiment_id),
        found.name,
        found.artifact_location,
        found.lifecycle_stage,
        found.tags,
    )


def _quoted(value: str) -> str:
    """Quote a value for MLflow's search, which knows no escapes.

    >>> print(_quoted("it is"), _quoted("it's"))
    'it is' "it's"
    """
    return f'"{value}"' if "'" in value else f"'{value}'"
