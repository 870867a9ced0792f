"""Find, open and close the runs of stages, including those that died processes left behind."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from contract import names
from contract.entities import Run
from contract.names import DataSource, Kind, Profile, Tag
from lib import progress
from lib.tracking.fingerprint import Dataset, Fingerprint
from lib.tracking.results import Results
from lib.tracking.runs import artifacts, contents, owner, revision
from lib.tracking.runs.description import described
from lib.tracking.runs.trials import TrialLog
from lib.tracking.store.location import StoreError

if TYPE_CHECKING:
    from lib.tracking.store.client import Client

REASON_LENGTH = 500  # characters of a failure that are shown
NOTE, SOURCE = "mlflow.note.content", "mlflow.source.name"  # tags that MLflow's page shows


class StageRuns:
    """The runs of a study's stages.

    Args:
        client: the open store.
        experiment_id: the study's MLflow experiment.
        study: name of the study.
    """

    def __init__(self, client: "Client", experiment_id: str, study: str) -> None:
        self._client = client
        self._experiment_id = experiment_id
        self._study = study

    def finished(self, fingerprint: str) -> Run | None:
        """Find a finished run with this fingerprint whose artifacts are complete."""
        return self._whole({Tag.FINGERPRINT: fingerprint}, finished=True)

    def computed(self, computation: str) -> Run | None:
        """Find a run that holds all numbers of a computation, with or without its figures."""
        tags = {Tag.COMPUTATION: computation, Tag.COMPUTED: "true"}
        return self._whole(tags, figures=False)

    def last(self, experiment: str, stage: str, profile: Profile) -> Run | None:
        """Find the newest run of a stage, whatever its status."""
        tags = {Tag.EXPERIMENT: experiment, Tag.STAGE: stage, Tag.PROFILE: profile.value}
        found = self._find(tags, limit=1)
        return found[0] if found else None

    def last_failure(self, run_name: str, profile: Profile) -> str:
        """Say why a stage's last run cannot be used; empty if it can, or if there is none."""
        experiment, _, stage = run_name.partition(".")
        run = self.last(experiment, stage, profile)
        if run is None:
            return ""
        if run.info.status == "FINISHED":
            reason = artifacts.damage(self._client, run)
            return f" (run {run.info.run_id[:8]}: {reason})" if reason else ""
        reason = run.data.tags.get(Tag.FAILURE, "").strip()[:REASON_LENGTH]
        return f" (run {run.info.run_id[:8]}: {run.info.status.lower()} {reason}".rstrip() + ")"

    def open(
        self,
        fingerprint: Fingerprint,
        function: Callable[..., Results],
        inputs: Mapping[str, Any],
        *,
        seed: int,
        computed: Run | None = None,
        fresh: bool = False,
    ) -> str:
        """Create a stage's run, or reopen the search that a killed process left behind.

        The lock on the fingerprint must be held.

        Args:
            fingerprint: fingerprint of the stage that is about to be called.
            function: the stage.
            inputs: the keyword arguments it is called with.
            seed: the study's seed.
            computed: the run that already has the numbers, if any.
            fresh: whether to create a new run in any case.

        Returns:
            The run's id.
        """
        searches = any(isinstance(value, TrialLog) for value in inputs.values())
        left = [] if fresh else self._left_behind(fingerprint.sha256, watch=searches)
        for run in left if searches else ():
            if self._claimed(run):
                return self._open_again(run)
        for run in left:
            self._end_trials(run)
            if run.info.status == "RUNNING":
                self._note_death(run)
        tags = self._tags(fingerprint, inputs, seed)
        if computed is not None:
            tags[Tag.COMPUTED_BY] = computed.data.tags.get(Tag.COMPUTED_BY, computed.info.run_id)
        texts = {tag.value: str(value) for tag, value in tags.items()}
        run = self._client.create_run(
            self._experiment_id,
            tags={SOURCE: f"{function.__module__}:{function.__name__}", **texts},
            run_name=fingerprint.run,
        )
        contents.write_data(self._client, run.info.run_id, _data(inputs))
        if computed is not None and NOTE in computed.data.tags:
            self._client.set_tag(run.info.run_id, NOTE, computed.data.tags[NOTE])
        else:
            self.describe(str(run.info.run_id), function, inputs, {})
        return str(run.info.run_id)

    def describe(
        self,
        run_id: str,
        function: Callable[..., Results],
        inputs: Mapping[str, Any],
        metrics: Mapping[str, float],
    ) -> None:
        """Describe for MLflow's page what a stage does, on which data, and what it measured.

        Args:
            run_id: id of its run.
            function: the stage.
            inputs: the keyword arguments it is called with.
            metrics: what it measured; empty while it runs.
        """
        read = []
        for value in inputs.values():
            if isinstance(value, Results) and value.run_id:
                tags = self._client.get_run(value.run_id).data.tags
                read.append(names.run_name(tags[Tag.EXPERIMENT], tags[Tag.STAGE]))
        self._client.set_tag(run_id, NOTE, described(function, _data(inputs), read, metrics))

    def _open_again(self, run: Run) -> str:
        run_id = str(run.info.run_id)
        self._end_trials(run)
        if Tag.FAILURE in run.data.tags:
            self._client.delete_tag(run_id, Tag.FAILURE)
        self._client.update_run(run_id, status="RUNNING")
        return run_id

    def _end_trials(self, run: Run) -> None:
        """Close the trials that a stage's process was still writing when it died."""
        nested = {names.PARENT_RUN: str(run.info.run_id)}
        for trial in self._client.find_runs(self._experiment_id, nested, finished=False):
            if trial.info.status == "RUNNING":
                self._note_death(trial)

    def _note_death(self, run: Run) -> None:
        reason = "its process died without giving a reason"
        self._client.set_tag(run.info.run_id, Tag.FAILURE, reason)
        self._client.set_terminated(run.info.run_id, "KILLED")

    def _claimed(self, run: Run) -> bool:
        """Make this process the owner of a run, unless another one was faster."""
        run_id = str(run.info.run_id)
        now = self._client.get_run(run_id)
        if now.data.tags.get(Tag.OWNER) != run.data.tags.get(Tag.OWNER):
            return False
        self._client.set_tag(run_id, Tag.OWNER, owner.here())
        if not self._local:
            time.sleep(owner.SETTLED)  # by now, claims of the same moment have arrived
        now = self._client.get_run(run_id)
        return bool(now.data.tags.get(Tag.OWNER) == owner.here())

    def _left_behind(self, fingerprint: str, *, watch: bool) -> list[Run]:
        """Find unfinished runs of this fingerprint whose process is gone, newest first.

        The lock on the fingerprint must be held. For an SQLite file that is proof enough. On a
        server, the run's owner is checked, or its heartbeat if the owner is on another machine.

        Args:
            fingerprint: fingerprint of a stage.
            watch: whether to watch a run for a heartbeat; otherwise the age of its last one
                decides.
        """
        found = self._find({Tag.FINGERPRINT: fingerprint}, finished=False)
        return [run for run in found if self._is_left(run, watch=watch)]

    def _is_left(self, run: Run, *, watch: bool) -> bool:
        if self._local or run.info.status != "RUNNING":
            return True
        alive = owner.alive(run.data.tags.get(Tag.OWNER, ""))
        if alive is not None:
            return not alive
        silent = owner.silence(run.data.tags.get(Tag.HEARTBEAT, ""))
        return self._stays_silent(run, silent) if watch else silent > owner.SILENT

    def _stays_silent(self, run: Run, silent: float) -> bool:
        """Watch another machine's run for a heartbeat, because the two clocks may differ."""
        wait = max(owner.FEW_BEATS * owner.BEAT, owner.SILENT - silent)
        host = run.data.tags.get(Tag.OWNER, "").partition(" ")[0][:80]
        progress.note(
            f"{run.info.run_name}: run {run.info.run_id[:8]} was begun on {host}; waiting up to "
            f"{progress.duration(wait)} for a sign of life before it is resumed"
        )
        over = time.monotonic() + wait
        while time.monotonic() < over:
            time.sleep(min(owner.BEAT / 3, max(0.0, over - time.monotonic())))
            now = self._client.get_run(run.info.run_id)
            if now.info.status != run.info.status or any(
                now.data.tags.get(tag) != run.data.tags.get(tag)
                for tag in (Tag.OWNER, Tag.HEARTBEAT)
            ):
                progress.note(f"{run.info.run_name}: it is still running there, and left alone")
                return False
        return True

    @property
    def _local(self) -> bool:
        return self._client.location.folder is not None

    def _whole(
        self, tags: Mapping[Tag, str], *, finished: bool | None = None, figures: bool = True
    ) -> Run | None:
        """Find the newest run whose artifacts are complete."""
        for run in self._find(tags, finished=finished):
            if not artifacts.damage(self._client, run, figures=figures):
                return run
        return None

    def _find(
        self, tags: Mapping[Tag, str], *, finished: bool | None = None, limit: int | None = None
    ) -> list[Run]:
        """Find runs of stages, newest first."""
        wanted = {tag.value: value for tag, value in {Tag.KIND: Kind.STAGE, **tags}.items()}
        return self._client.find_runs(self._experiment_id, wanted, finished=finished, limit=limit)

    def _tags(
        self, fingerprint: Fingerprint, inputs: Mapping[str, Any], seed: int
    ) -> dict[Tag, str]:
        """Tag a new run with what it computes, from what, and in which process."""
        experiment, _, stage = fingerprint.run.partition(".")
        results = [value for value in inputs.values() if isinstance(value, Results)]
        return {
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

    def _data_source(self, inputs: Mapping[str, Any]) -> str:
        sources = {value.source for value in _data(inputs).values()}
        for value in inputs.values():
            if isinstance(value, Results) and value.run_id:
                tags = self._client.get_run(value.run_id).data.tags
                sources.add(DataSource(tags[Tag.DATA_SOURCE]))  # checked when it was read back
        return DataSource.STAND_IN if DataSource.STAND_IN in sources else DataSource.REAL


@contextmanager
def closing(client: "Client", run_id: str) -> Iterator[None]:
    """Close a run as FINISHED, or as FAILED or KILLED with the reason, when the block ends."""
    try:
        with owner.beating(client, run_id):
            yield
        owner.require(client.get_run(run_id))
        client.set_terminated(run_id, "FINISHED")
    except owner.TakenOverError:  # the other process will close it
        raise
    except KeyboardInterrupt as error:
        with client.hurried():
            _mark(client, run_id, "KILLED", error)
        raise
    except BaseException as error:
        _mark(client, run_id, "FAILED" if isinstance(error, Exception) else "KILLED", error)
        raise
    for tag in (Tag.OWNER, Tag.HEARTBEAT):
        client.delete_tag(run_id, tag)


def _mark(client: "Client", run_id: str, status: str, error: BaseException) -> None:
    """Close a run with the reason, if the store can still be written."""
    try:
        client.set_terminated(run_id, status)
        client.set_tag(run_id, Tag.FAILURE, f"{type(error).__name__}: {error}"[:5000])
    except StoreError:  # the user is shown `error`, often of the same cause
        progress.note(
            f"Run {run_id[:8]} could not be marked {status}; the next run of this stage will do it."
        )


def _data(inputs: Mapping[str, Any]) -> dict[str, Dataset]:
    return {name: value for name, value in inputs.items() if isinstance(value, Dataset)}
