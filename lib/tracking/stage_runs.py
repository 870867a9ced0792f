"""Find, open and close the runs of stages: which one is finished, and what became of the others."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from contract.names import DataSource, Kind, Profile, Tag
from lib.tracking import owner, revision, runs
from lib.tracking.fingerprint import Dataset, Fingerprint
from lib.tracking.results import Results
from lib.tracking.trials import TrialLog

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

NOTE, SOURCE = "mlflow.note.content", "mlflow.source.name"  # what MLflow's page shows of a run


class StageRuns:
    """The runs of a study's stages.

    Args:
        client: the open store.
        experiment_id: the study's MLflow experiment.
        study: its name.
    """

    def __init__(self, client: "MlflowClient", experiment_id: str, study: str) -> None:
        self._client = client
        self._experiment_id = experiment_id
        self._study = study

    def finished(self, fingerprint: str) -> "Run | None":
        """Find the finished run of a fingerprint."""
        return self._newest(
            f"tags.{Tag.FINGERPRINT} = '{fingerprint}' and attributes.status = 'FINISHED'"
        )

    def computed(self, computation: str) -> "Run | None":
        """Find a run that holds all numbers of a computation, whatever became of its figures."""
        return self._newest(
            f"tags.{Tag.COMPUTATION} = '{computation}' and tags.{Tag.COMPUTED} = 'true'"
        )

    def last(self, run_name: str, profile: Profile) -> "Run | None":
        """Find the newest run of a stage, whatever became of it."""
        return self._newest(
            f"attributes.run_name = '{run_name}' and tags.{Tag.PROFILE} = '{profile}'"
        )

    def open(
        self,
        fingerprint: Fingerprint,
        function: Callable[..., Results],
        inputs: Mapping[str, Any],
        *,
        seed: int,
        computed: "Run | None" = None,
        fresh: bool = False,
    ) -> str:
        """Create a stage's run, or open the search again that a killed process left behind.

        The lock on the fingerprint must be held.

        Args:
            fingerprint: of the stage about to be called.
            function: the stage.
            inputs: the keyword arguments it is called with.
            seed: the study's.
            computed: the run that has the numbers already.
            fresh: open nothing again.

        Returns:
            The run's id.
        """
        left = [] if fresh else self._left_behind(fingerprint.sha256)
        if left and any(isinstance(value, TrialLog) for value in inputs.values()):
            return self._open_again(left[0])
        for run in left:
            if run.info.status == "RUNNING":
                reason = "its process ended without a word"
                self._client.set_tag(run.info.run_id, Tag.FAILURE, reason)
                self._client.set_terminated(run.info.run_id, "KILLED")
        experiment, _, stage = fingerprint.run.partition(".")
        results = [value for value in inputs.values() if isinstance(value, Results)]
        tags = {
            Tag.KIND: Kind.STAGE,
            Tag.EXPERIMENT: experiment,
            Tag.STAGE: stage,
            Tag.PROFILE: fingerprint.profile,
            Tag.SEED: str(seed),
            Tag.FINGERPRINT: fingerprint.sha256,
            Tag.COMPUTATION: fingerprint.computation,
            Tag.CODE: fingerprint.code_sha256,
            Tag.DATA: fingerprint.data_sha256,
            Tag.DATA_SOURCE: self._data_source(inputs),
            Tag.GIT_COMMIT: revision.commit(),
            Tag.DETERMINISTIC: "true",
            Tag.INPUTS: ",".join(result.run_id for result in results),
            Tag.OWNER: owner.here(),
        }
        if computed is not None:
            tags[Tag.COMPUTED_BY] = computed.data.tags.get(Tag.COMPUTED_BY, computed.info.run_id)
        texts = {tag.value: str(value) for tag, value in tags.items()}
        run = self._client.create_run(
            self._experiment_id,
            tags={**_shown_by_mlflow(function), **texts},
            run_name=fingerprint.run,
        )
        runs.write_data(self._client, run.info.run_id, self._study, _data(inputs))
        return str(run.info.run_id)

    def _open_again(self, run: "Run") -> str:
        run_id = str(run.info.run_id)
        self._client.set_tag(run_id, Tag.OWNER, owner.here())
        if Tag.FAILURE in run.data.tags:
            self._client.delete_tag(run_id, Tag.FAILURE)
        self._client.update_run(run_id, status="RUNNING")
        return run_id

    def _left_behind(self, fingerprint: str) -> "list[Run]":
        """Find unfinished runs of this fingerprint whose process is gone, the newest first.

        The lock on the fingerprint is held, so no process of this machine is writing them; one of
        another machine, on a shared server, is left alone.
        """
        found = self._client.search_runs(
            [self._experiment_id],
            f"tags.{Tag.FINGERPRINT} = '{fingerprint}' and attributes.status != 'FINISHED'",
        )
        return [
            run
            for run in found
            if run.info.status != "RUNNING"
            or owner.on_this_machine(run.data.tags.get(Tag.OWNER, ""))
        ]

    def _newest(self, condition: str) -> "Run | None":
        condition += f" and tags.{Tag.KIND} = '{Kind.STAGE}'"
        found = self._client.search_runs([self._experiment_id], condition, max_results=1)
        return found[0] if found else None

    def _data_source(self, inputs: Mapping[str, Any]) -> str:
        sources = {value.source for value in _data(inputs).values()}
        for value in inputs.values():
            if isinstance(value, Results) and value.run_id:
                tags = self._client.get_run(value.run_id).data.tags
                sources.add(DataSource(tags[Tag.DATA_SOURCE]))
        return DataSource.STAND_IN if DataSource.STAND_IN in sources else DataSource.REAL


@contextmanager
def closing(client: "MlflowClient", run_id: str) -> Iterator[None]:
    """Close a run FINISHED, or FAILED or KILLED with the reason, by what happens inside."""
    try:
        yield
    except BaseException as error:
        killed = not isinstance(error, Exception)
        client.set_tag(run_id, Tag.FAILURE, f"{type(error).__name__}: {error}"[:5000])
        client.set_terminated(run_id, "KILLED" if killed else "FAILED")
        raise
    client.delete_tag(run_id, Tag.OWNER)
    client.set_terminated(run_id, "FINISHED")


def _data(inputs: Mapping[str, Any]) -> dict[str, Dataset]:
    return {name: value for name, value in inputs.items() if isinstance(value, Dataset)}


def _shown_by_mlflow(function: Callable[..., Any]) -> dict[str, str]:
    """Say on MLflow's page what a stage does and where it is written."""
    module, name = function.__module__, function.__name__
    return {NOTE: inspect.getdoc(function) or "", SOURCE: f"{module}:{name}"}
