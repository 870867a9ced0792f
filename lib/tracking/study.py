"""Run a study's stages, each as one run in the store, and reuse the runs already finished.

A stage is a pure function of its inputs. Before it is called, the store is searched for a finished
run with its fingerprint; if there is one, that is read back. Callers always get the results as the
store holds them, whether computed now or earlier, so both ways give the same numbers.
"""

import functools
import shlex
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contract import names
from contract.entities import Run
from contract.names import Profile, Tag
from lib import progress
from lib.data.files.locations import DataNotFoundError
from lib.tracking import store
from lib.tracking.code import code_of
from lib.tracking.computing import Compute, Here, Workers, say_float32, side_by_side
from lib.tracking.filling import filled
from lib.tracking.fingerprint import Fingerprint, fingerprint_of
from lib.tracking.results import Results, Scalar
from lib.tracking.runs import contents, models
from lib.tracking.runs.stage_runs import StageRuns, closing
from lib.tracking.runs.trials import TrialLog
from lib.tracking.store import failures, ours
from lib.tracking.study_tags import StudyTags
from lib.training import NotFiniteError
from lib.training.mode import TRACED, Mode
from lib.training.precision import FLOAT32, dtype_policy

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from matplotlib.figure import Figure

    from lib.tracking.store.client import Client

EAGER = frozenset({Profile.SMOKE})  # profiles whose trainings are too short to be worth tracing

Draw = Callable[[Results], "Mapping[str, Figure | bytes]"]


class StageError(RuntimeError):
    """A stage failed; its run is marked FAILED with the reason."""


class NotYetRunError(LookupError):
    """A stage has no finished run for the study in its current state."""


class Study:
    """A study's access to the store.

    Args:
        name: name of the study and of its MLflow experiment.
        profile: amount of work.
        seed: seed of all its randomness.
        workers: the processes that evaluate trials and repetitions.
        fresh: call every stage, even if the store has its results.
        plan: call no stage, and only read the store.
        compute: calls the stages that start no workers of their own.
        options: values of the study's own options, by name.

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
        compute: Compute | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        progress.keep_clear()
        self.name = name
        self.profile = profile
        self.seed = seed
        self.workers = workers or Workers()
        self.fresh = fresh
        self.plan = plan
        self._compute = compute
        self._drawing = threading.Lock()  # Matplotlib's settings are global to the process
        self.options = dict(options or {})
        self.location = store.locate()
        self.client: Client
        self.experiment_id: str
        self._runs: StageRuns
        self._tags: StudyTags
        self.trials = TrialLog(fresh=fresh)
        self.seen: dict[str, Run] = {}  # the stages' runs so far, in order
        self._staged: set[str] = set()  # the definitions that those stages use
        self._reading = False
        self._reader = ExitStack()
        self._is_there = self._open()

    def stage(
        self,
        function: Callable[..., Results],
        config: "DataclassInstance | None" = None,
        /,
        *,
        draw: Draw | None = None,
        precision: Any = FLOAT32,  # a string; the type is that of `**inputs`
        **inputs: Any,
    ) -> Results:
        """Return a stage's results, from its finished run or by calling it.

        Parameters of the stage that are neither in `inputs` nor fields of `config` get the study's
        `seed`, `trials` and `workers`, by name.

        Args:
            function: the stage; its module and name name the run (`classification.initial`).
            config: its fields are passed to the stage's parameters of the same names.
            draw: draws the figures from the results. If only this has changed, a new run takes over
                the old one's numbers and nothing is computed.
            precision: precision in which the stage trains its networks, or in which its `workers`
                do if it takes them; see `lib.training.precision`.
            **inputs: the stage's keyword arguments: data, earlier results, plain values.

        Returns:
            The results as the store holds them.

        Raises:
            NotYetRunError: there is no finished run, and this study only plans or is `reading`.
            StageError: the stage raised an arithmetic error, such as for a loss that is NaN.
        """
        run_name = names.run_name(function.__module__.rpartition(".")[2], function.__name__)
        inputs = filled(
            function, inputs, config, seed=self.seed, trials=self.trials, workers=self.workers
        )
        # As requested, not as this processor runs it: the store may be moved to another machine.
        asked = {} if precision == FLOAT32 else {"precision": precision}
        fingerprint = fingerprint_of(run_name, self.profile, function, draw, {**inputs, **asked})
        # The profile is part of the fingerprint, and decides whether networks compute eagerly.
        eager = self.profile in EAGER and "keras" in fingerprint.code.libraries
        mode = Mode(dtype_policy(precision), eager)
        self._staged |= {*fingerprint.code.definitions, *fingerprint.drawing.definitions}
        if self.plan:
            run = self._runs.finished(fingerprint.sha256) if self._is_there else None
            if run is None:
                raise NotYetRunError(run_name)
            self.seen[run_name] = run
            return contents.read(self.client, run)
        with store.one_at_a_time(self.location, fingerprint.sha256[:32], run_name):
            compute = self.fresh and not self._reading
            run = None if compute else self._runs.finished(fingerprint.sha256)
            if run is not None:
                progress.reused(run_name, run.info.run_id)
            elif self._reading:
                raise NotYetRunError(run_name)
            else:
                run = self._make(fingerprint, function, draw, inputs, mode)
            # Still under the lock, so that no other process removes the run as superseded.
            self._tags.current(run_name, run.info.run_id)
        self.seen[run_name] = run
        return contents.read(self.client, run)

    def side_by_side(self, *experiments: Callable[["Study"], Any]) -> list[Any]:
        """Run independent experiments at the same time.

        If one fails, the others go on; its error is raised when they have ended.

        Args:
            *experiments: the `run` function of each.

        Returns:
            What each returned.
        """
        if self.plan or self._reading or self._compute is None:
            return [run(self) for run in experiments]
        calls = [functools.partial(run, self) for run in experiments]
        return side_by_side(calls, self._stop)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Only read results inside the block, without calling stages; see `uses`.

        Unlike in a study that plans, the runs that are read become the study's current ones.
        """
        before, self._reading = self._reading, True
        try:
            yield
        finally:
            self._reading = before

    @contextmanager
    def going_on_without(self, experiment: str) -> Iterator[None]:
        """Leave an experiment out if its data cannot be found, and record that for the report.

        Args:
            experiment: its name, such as `faces`.
        """
        reason = ""
        try:
            yield
        except DataNotFoundError as error:
            reason = str(error)
            progress.note(f"{self.name}.{experiment} is left out: {reason}")
        if not self.plan:
            self._tags.lacking(experiment, reason)

    def finish(self, run: Callable[["Study"], None]) -> None:
        """Record that `run` has called all its stages, with its code, the profile and the options.

        Args:
            run: the function that called the stages of a study or of one of its experiments.
        """
        self._tags.finished(
            code_of(run).definitions,
            staged=self._staged,
            whole=run.__module__ == f"experiments.{self.name}",
            options=self.options,
        )

    def command(self, target: str = "", **options: str) -> str:
        """Return the command that runs this study, or one of its experiments, with these settings.

        Args:
            target: `STUDY.EXPERIMENT`; empty for the whole study.
            **options: values to use in place of those that were given.
        """
        parts = ["python", "-m", "experiments", "run", target or self.name]
        parts += ["--profile", str(self.profile), "--seed", str(self.seed)]
        for name, value in {**self.options, **options}.items():
            parts += [f"--{name}", value]
        return shlex.join(parts)

    def last_failure(self, run_name: str) -> str:
        """Say why a stage's last run cannot be used; empty if it can, or if there is none."""
        return self._runs.last_failure(run_name, self.profile) if self._is_there else ""

    def _stop(self) -> None:
        """Stop what is running, without waiting for an unreachable store."""
        with self.client.hurried():
            if self._compute is not None:
                self._compute.stop()

    def _open(self) -> bool:
        """Open the store, read-only when planning; return whether it has this study."""
        if self.plan:
            client = self._reader.enter_context(store.reading(self.location))
            found = None if client is None else ours.find(client, self.name)
            if client is None or found is None:
                return False
            self.client, self.experiment_id = client, found
        else:
            self.client = store.connect(self.location)
            with store.one_at_a_time(self.location, f"experiment-{self.name}", self.name):
                found = ours.find(self.client, self.name)
                self.experiment_id = found or ours.make(self.client, self.name)
                ours.mark(self.client, self.experiment_id, self.name)
        self._runs = StageRuns(self.client, self.experiment_id, self.name)
        self._tags = StudyTags(
            self.client, self.location, self.experiment_id, self.name, self.profile
        )
        self.trials.within(self.client, self.experiment_id)
        return True

    def _make(
        self,
        fingerprint: Fingerprint,
        function: Callable[..., Results],
        draw: Draw | None,
        inputs: Mapping[str, Any],
        mode: Mode,
    ) -> Run:
        run_name = fingerprint.run
        computed = None if self.fresh else self._runs.computed(fingerprint.computation)
        run_id = self._runs.open(
            fingerprint, function, inputs, seed=self.seed, computed=computed, fresh=self.fresh
        )
        with self._writing(run_id, run_name):
            started = time.monotonic()
            if computed is not None:
                results = contents.read_all(self.client, computed)
                progress.note(f"{run_name}: figures drawn anew, numbers as they were")
            else:
                if "precision" in fingerprint.parameters and mode.policy == FLOAT32:
                    say_float32()
                with progress.stage(run_name):
                    results = self._call(function, inputs, mode, run_id, fingerprint.computation)
                seconds = {"wall_time_seconds": time.monotonic() - started}
                used: dict[str, Scalar] = {"eager": True} if mode.eager else {}
                if "precision" in fingerprint.parameters:
                    used["dtype_policy"] = mode.policy
                results = replace(
                    results,
                    metrics={**seconds, **results.metrics},
                    params={**used, **results.params},
                )
                self._runs.describe(run_id, function, inputs, results.metrics)
            held = contents.write(self.client, run_id, results, fingerprint.settings)
            parts = {names.FINGERPRINT_FILE: contents.json_text(fingerprint.parts())}
            held |= contents.write_files(self.client, run_id, parts)
            kept = models.write(self.client, run_id, results.models)
            if computed is not None:
                models.share(self.client, computed, run_id)
            contents.seal(self.client, run_id, held, list(results.curves), kept)
            self.client.set_tag(run_id, Tag.COMPUTED, "true")  # kept even if drawing fails
            if draw is not None:
                with self._drawing:
                    held |= contents.write(self.client, run_id, Results(figures=draw(results)), {})
                contents.seal(self.client, run_id, held, list(results.curves), kept)
        return self.client.get_run(run_id)

    def _call(
        self,
        function: Callable[..., Results],
        inputs: Mapping[str, Any],
        mode: Mode,
        run_id: str,
        computation: str,
    ) -> Results:
        """Call a stage: in this process if it uses workers itself, else where the study says."""
        # With workers, the mode applies only there, and TensorFlow need not be imported here.
        handed: dict[str, Any] = {}
        for name, value in inputs.items():
            if isinstance(value, TrialLog):
                handed[name] = value.under(run_id, computation)
            elif isinstance(value, Workers):
                handed[name], mode = replace(value, mode=mode), TRACED
        compute = Here() if handed or self._compute is None else self._compute
        return compute(function, {**inputs, **handed}, mode)

    @contextmanager
    def _writing(self, run_id: str, run_name: str) -> Iterator[None]:
        """Close the run whatever happens; raise errors that say what to do and how to resume."""
        try:
            with closing(self.client, run_id):
                yield
        except (FloatingPointError, NotFiniteError) as error:
            raise StageError(
                f"{run_name} failed: {error}. Its run {run_id[:8]} is marked FAILED. Once the "
                f"cause is fixed, resume with: {self.command()}"
            ) from error
        except OSError as error:
            if full := failures.full(error):
                raise full from error
            raise
