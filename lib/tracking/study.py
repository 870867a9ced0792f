"""Run a study's stages: each one run in the store, and none that is there already.

A stage is a pure function of its inputs. Before it is called, the store is asked for a finished
run with its fingerprint; if there is one, that is read back. What a caller gets is always what the
store holds, computed now or earlier, so that both ways lead to the same numbers.
"""

import inspect
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from contract import names
from contract.definitions import ROOT
from contract.names import DataSource, Kind, Profile, Tag
from lib import progress
from lib.tracking import runs, store
from lib.tracking.code import code_of
from lib.tracking.fingerprint import Dataset, Fingerprint, OutsideFingerprint, fingerprint_of
from lib.tracking.results import Results, Scalar
from lib.tracking.trials import TrialLog
from lib.training import NotFiniteError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

# MLflow's own tags: which of its pages an experiment opens with, and what it shows of a run.
MODEL_TRAINING = {"mlflow.experimentKind": "custom_model_development"}
NOTE, SOURCE = "mlflow.note.content", "mlflow.source.name"

Draw = Callable[[Results], "Mapping[str, Figure]"]


class StageError(RuntimeError):
    """A stage failed; its run is marked FAILED and says why."""


class NotYetRunError(LookupError):
    """A stage has no finished run for the study as it is now."""


@dataclass(frozen=True)
class Workers(OutsideFingerprint):
    """How many processes evaluate side by side; decides the time a study takes, no result.

    Args:
        count: processes of one thread each.
        cluster: address of a Dask scheduler that has the workers; None for this machine.
    """

    count: int = 2
    cluster: str | None = None


class Study:
    """A study's way into the store.

    Args:
        name: the study; its MLflow experiment is named like it.
        profile: how much work.
        seed: what all its randomness comes from.
        workers: who evaluates trials and repetitions side by side.
        fresh: call every stage, whatever the store holds.
        plan: call none: raise `NotYetRunError` at the first that has no finished run.

    Raises:
        StoreError: the store cannot be opened.
    """

    def __init__(
        self,
        name: str,
        *,
        profile: Profile,
        seed: int = 1,
        workers: Workers | None = None,
        fresh: bool = False,
        plan: bool = False,
    ) -> None:
        self.name = name
        self.profile = profile
        self.seed = seed
        self.workers = workers or Workers()
        self.fresh = fresh
        self.plan = plan
        self.location = store.locate()
        self.client: MlflowClient = store.connect(self.location)
        self.experiment_id = self._experiment()
        self.seen: dict[str, Run] = {}  # the stages' runs so far, in order
        self._staged: set[str] = set()  # the definitions that those stages use
        self.trials = TrialLog(self.client, self.experiment_id, fresh=fresh)

    def stage(
        self, function: Callable[..., Results], *, draw: Draw | None = None, **inputs: Any
    ) -> Results:
        """Give a stage's results: from its finished run, or by calling it.

        Args:
            function: the stage; its module and name name the run (`classification.initial`).
            draw: draws the figures from the results. When it alone has changed, a new run takes
                the old one's numbers and nothing is computed.
            **inputs: the stage's keyword arguments: data, earlier results, plain values.

        Returns:
            The results as the store holds them.

        Raises:
            NotYetRunError: nothing is there and this study only plans.
            StageError: what the stage raised as an arithmetic error, such as a loss that is NaN.
        """
        run_name = names.run_name(function.__module__.rpartition(".")[2], function.__name__)
        fingerprint = fingerprint_of(run_name, self.profile, function, draw, inputs)
        self._staged |= {*fingerprint.code.definitions, *fingerprint.drawing.definitions}
        if self.plan:
            run = self._finished(fingerprint.sha256)
            if run is None:
                raise NotYetRunError(run_name)
            self.seen[run_name] = run
            return runs.read(self.client, run)
        with store.one_at_a_time(self.location, fingerprint.sha256[:32], run_name):
            run = None if self.fresh else self._finished(fingerprint.sha256)
            if run is not None:
                progress.reused(run_name, run.info.run_id)
            else:
                run = self._make(run_name, fingerprint, function, draw, inputs)
        self._point_to(run_name, run.info.run_id)
        self.seen[run_name] = run
        return runs.read(self.client, run)

    def finish(self, run: Callable[["Study"], None]) -> None:
        """Note that `run` has called all its stages, by which code, and that it was asked for last.

        Args:
            run: the function that called the stages of a study or of one of its experiments.
        """
        plan: dict[str, dict[str, str]] = {}
        for name, sha256 in code_of(run).definitions.items():
            module, _, definition = name.partition(":")
            if module.startswith("experiments.") and name not in self._staged:
                plan.setdefault(module, {})[definition] = sha256
        for module, hashes in plan.items():
            text = json.dumps(hashes, sort_keys=True)
            tag = names.plan(self.profile, module)
            self.client.set_experiment_tag(self.experiment_id, tag, text)
        self.client.set_experiment_tag(self.experiment_id, names.LAST_PROFILE, self.profile)

    def last_failure(self, run_name: str) -> str:
        """Say why a stage's last run did not finish; empty where there is nothing to say."""
        found = self.client.search_runs(
            [self.experiment_id],
            f"attributes.run_name = '{run_name}' and tags.{Tag.PROFILE} = '{self.profile}'",
            max_results=1,
        )
        if not found or found[0].info.status == "FINISHED":
            return ""
        run = found[0]
        reason = run.data.tags.get(Tag.FAILURE, "")
        return f" (run {run.info.run_id[:8]}: {run.info.status.lower()} {reason})".replace(
            " )", ")"
        )

    def _experiment(self) -> str:
        with store.one_at_a_time(self.location, f"experiment-{self.name}", self.name):
            experiment = self.client.get_experiment_by_name(self.name)
            if experiment is None:
                artifacts = self.location.artifacts(self.name)
                return str(
                    self.client.create_experiment(
                        self.name, artifact_location=artifacts, tags=MODEL_TRAINING
                    )
                )
        if experiment.lifecycle_stage != "active":
            raise store.StoreError(
                f"Expected the MLflow experiment {self.name!r} to be active. Received: deleted "
                "(restore it: mlflow experiments restore -x " + experiment.experiment_id + ")"
            )
        return str(experiment.experiment_id)

    def _finished(self, fingerprint: str) -> "Run | None":
        return self._stage_run(
            f"tags.{Tag.FINGERPRINT} = '{fingerprint}' and attributes.status = 'FINISHED'"
        )

    def _computed(self, computation: str) -> "Run | None":
        return self._stage_run(
            f"tags.{Tag.COMPUTATION} = '{computation}' and tags.{Tag.COMPUTED} = 'true'"
        )

    def _stage_run(self, condition: str) -> "Run | None":
        condition += f" and tags.{Tag.KIND} = '{Kind.STAGE}'"
        found = self.client.search_runs([self.experiment_id], condition, max_results=1)
        return found[0] if found else None

    def _make(
        self,
        run_name: str,
        fingerprint: Fingerprint,
        function: Callable[..., Results],
        draw: Draw | None,
        inputs: Mapping[str, Any],
    ) -> "Run":
        computed = None if self.fresh else self._computed(fingerprint.computation)
        run_id = self._open(run_name, fingerprint, inputs, computed, _shown_by_mlflow(function))
        with self._writing(run_id, run_name):
            started = time.monotonic()
            if computed is not None:
                results = _whole(runs.read(self.client, computed))
                progress.note(f"{run_name}: figures drawn anew, numbers as they were")
            else:
                self.trials.under(run_id, fingerprint.computation)
                with progress.stage(run_name):
                    results = function(**inputs)
                seconds = {"wall_time_seconds": time.monotonic() - started}
                results = replace(results, metrics={**seconds, **results.metrics})
            runs.write(self.client, run_id, results, _settings(fingerprint.parameters))
            runs.write_json(self.client, run_id, names.FINGERPRINT_FILE, fingerprint.parts())
            self.client.set_tag(run_id, Tag.COMPUTED, "true")  # a drawing that fails costs no more
            if draw is not None:
                runs.write(self.client, run_id, Results(figures=draw(results)), {})
        return self.client.get_run(run_id)

    def _open(
        self,
        run_name: str,
        fingerprint: Fingerprint,
        inputs: Mapping[str, Any],
        computed: "Run | None",
        shown: Mapping[str, str],
    ) -> str:
        """Create the stage's run, or open the search again that a killed process left behind."""
        left = [] if self.fresh else self._left_behind(fingerprint.sha256)
        if left and any(isinstance(value, TrialLog) for value in inputs.values()):
            run_id = str(left[0].info.run_id)
            self.client.set_tag(run_id, Tag.OWNER, _owner())
            if Tag.FAILURE in left[0].data.tags:
                self.client.delete_tag(run_id, Tag.FAILURE)
            self.client.update_run(run_id, status="RUNNING")
            return run_id
        for run in left:
            if run.info.status == "RUNNING":
                self.client.set_tag(
                    run.info.run_id, Tag.FAILURE, "its process ended without a word"
                )
                self.client.set_terminated(run.info.run_id, "KILLED")
        experiment, _, stage = run_name.partition(".")
        results = [value for value in inputs.values() if isinstance(value, Results)]
        tags = {
            Tag.KIND: Kind.STAGE,
            Tag.EXPERIMENT: experiment,
            Tag.STAGE: stage,
            Tag.PROFILE: self.profile,
            Tag.SEED: str(self.seed),
            Tag.FINGERPRINT: fingerprint.sha256,
            Tag.COMPUTATION: fingerprint.computation,
            Tag.CODE: fingerprint.code_sha256,
            Tag.DATA: fingerprint.data_sha256,
            Tag.DATA_SOURCE: self._data_source(inputs),
            Tag.GIT_COMMIT: _git_commit(),
            Tag.DETERMINISTIC: "true",
            Tag.INPUTS: ",".join(result.run_id for result in results),
            Tag.OWNER: _owner(),
        }
        if computed is not None:
            tags[Tag.COMPUTED_BY] = computed.data.tags.get(Tag.COMPUTED_BY, computed.info.run_id)
        texts = {tag.value: str(value) for tag, value in tags.items()}
        run = self.client.create_run(self.experiment_id, tags={**shown, **texts}, run_name=run_name)
        runs.write_data(self.client, run.info.run_id, self.name, _data(inputs))
        return str(run.info.run_id)

    def _left_behind(self, fingerprint: str) -> "list[Run]":
        """Find unfinished runs of this fingerprint whose process is gone, the newest first.

        The lock on the fingerprint is held, so no process of this machine is writing them; one of
        another machine, on a shared server, is left alone.
        """
        found = self.client.search_runs(
            [self.experiment_id],
            f"tags.{Tag.FINGERPRINT} = '{fingerprint}' and attributes.status != 'FINISHED'",
        )
        here = socket.gethostname()
        return [
            run
            for run in found
            if run.info.status != "RUNNING" or run.data.tags.get(Tag.OWNER, "").startswith(here)
        ]

    @contextmanager
    def _writing(self, run_id: str, run_name: str) -> Iterator[None]:
        """Close the run FINISHED, or FAILED or KILLED with the reason, whatever happens."""
        guard = _Guard(self.client, run_id)
        try:
            with guard:
                yield
        except (FloatingPointError, NotFiniteError) as error:
            raise StageError(
                f"{run_name} failed: {error}. Its run {run_id[:8]} is marked FAILED; mend the "
                f"cause, then `python -m experiments run {self.name} --profile {self.profile}` "
                "goes on from there."
            ) from error

    def _data_source(self, inputs: Mapping[str, Any]) -> str:
        sources = {value.source for value in _data(inputs).values()}
        for value in inputs.values():
            if isinstance(value, Results) and value.run_id:
                tags = self.client.get_run(value.run_id).data.tags
                sources.add(DataSource(tags[Tag.DATA_SOURCE]))
        return DataSource.STAND_IN if DataSource.STAND_IN in sources else DataSource.REAL

    def _point_to(self, run_name: str, run_id: str) -> None:
        tag = names.current(self.profile, run_name)
        experiment = self.client.get_experiment(self.experiment_id)
        if experiment.tags.get(tag) != run_id:
            self.client.set_experiment_tag(self.experiment_id, tag, run_id)


class _Guard:
    """Terminates a run on the way out, by what happened inside."""

    def __init__(self, client: "MlflowClient", run_id: str) -> None:
        self._client = client
        self._run_id = run_id

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._client.delete_tag(self._run_id, Tag.OWNER)
            self._client.set_terminated(self._run_id, "FINISHED")
            return
        killed = not issubclass(kind, Exception)
        self._client.set_tag(self._run_id, Tag.FAILURE, f"{kind.__name__}: {error}"[:5000])
        self._client.set_terminated(self._run_id, "KILLED" if killed else "FAILED")


def _whole(results: Results) -> Results:
    """Read everything that is still in the store, to write it again under another run."""
    return Results(
        metrics=dict(results.metrics),
        curves=dict(results.curves),
        params=dict(results.params),
        tables=dict(results.tables),
        arrays=dict(results.arrays),
        files=dict(results.files),
    )


def _settings(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, Scalar]:
    """Flatten a stage's parameters into MLflow's params.

    >>> _settings({"epochs": 10, "space": {"units": [64, 128]}})
    {'epochs': 10, 'space.units': '[64, 128]'}
    """
    flat: dict[str, Scalar] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            flat |= _settings(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value if isinstance(value, Scalar) else str(value)
    return flat


def _data(inputs: Mapping[str, Any]) -> dict[str, Dataset]:
    return {name: value for name, value in inputs.items() if isinstance(value, Dataset)}


def _shown_by_mlflow(function: Callable[..., Any]) -> dict[str, str]:
    """Say on MLflow's page what a stage does and where it is written."""
    module, name = function.__module__, function.__name__
    return {NOTE: inspect.getdoc(function) or "", SOURCE: f"{module}:{name}"}


def _owner() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


def _git_commit() -> str:
    """Name the commit; "none" outside a repository, or where git is not installed."""
    if shutil.which("git") is None:
        return "none"
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() if found.returncode == 0 else "none"
