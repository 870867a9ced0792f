"""MLflow's client, with retries for an unreachable server and error messages of one sentence.

Importing MLflow takes three seconds. Code that only reads an SQLite file does not import it.
"""

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contract.entities import Experiment, Metric, ModelOutput, Run
from contract.names import STUDY, Tag
from contract.sqlite_runs import SqliteRuns
from lib import progress
from lib.tracking.store import failures
from lib.tracking.store.location import Location, StoreError
from lib.tracking.store.mlflow_runs import MlflowRuns, as_read

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel
    from mlflow.tracking import MlflowClient

PATIENCE = 120.0  # seconds for which a server may be unreachable while a study runs
PAUSE = 2.0  # seconds between two attempts
# Errors that a working store returns and that callers handle.
MISSING, EXISTS = "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"


class AnswerError(StoreError):
    """The requested entry is not in the store, or the one to be created already exists."""


def prepare() -> None:
    """Set MLflow's environment variables, for child processes too; call it before the import."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")  # `Client` retries
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one per file


class Client:
    """An open store: read methods of our own, and all other methods of MLflow's client.

    A call that gets no answer is repeated until the server answers or patience runs out. Calls that
    would create something twice if an answer was lost are safe: `create_run` looks for the run
    before it repeats the call.

    Args:
        open_plain: opens MLflow's client, when it is first needed.
        location: the store.
        patience: seconds for which to retry; 0 for interactive commands.
        reader: reads the store's file without MLflow; None if only MLflow's client can read it.
    """

    def __init__(
        self,
        open_plain: "Callable[[], MlflowClient]",
        location: Location,
        *,
        patience: float = PATIENCE,
        reader: SqliteRuns | None = None,
    ) -> None:
        self.location = location
        self._open_plain = open_plain
        self._plain: MlflowClient | None = None
        self._opening = threading.Lock()
        self._patience = patience
        self._reads = MlflowRuns(lambda: self.plain) if reader is None else reader
        self._studies: dict[str, str] = {}

    @property
    def plain(self) -> "MlflowClient":
        """MLflow's own client, without retries, for use in a separate thread."""
        with self._opening:
            if self._plain is None:
                self._plain = self._open_plain()
            return self._plain

    @plain.setter
    def plain(self, client: "MlflowClient") -> None:
        self._plain = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        method = getattr(self.plain, name)
        return functools.partial(self._call, method, method)

    def get_run(self, run_id: str) -> Run:
        """Find a run by its id, even if deleted.

        Raises:
            AnswerError: there is none.
        """
        found: Run | None = self._read(self._reads.run, run_id)
        if found is None:
            raise self._missing(f"no run {run_id}")
        return found

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Find an experiment by its id, even if deleted.

        Raises:
            AnswerError: there is none.
        """
        found: Experiment | None = self._read(self._reads.experiment, experiment_id)
        if found is None:
            raise self._missing(f"no experiment {experiment_id}")
        return found

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """Find an experiment by its name, even if deleted; None if there is none."""
        found: Experiment | None = self._read(self._reads.experiment_named, name)
        return found

    def get_experiment_by_tag(self, key: str, value: str) -> Experiment | None:
        """Find an experiment by a tag, preferably an active one; None if there is none."""
        found: Experiment | None = self._read(self._reads.experiment_tagged, key, value)
        return found

    def get_metric_history(self, run_id: str, metric: str) -> list[Metric]:
        """List all points of a metric, in the order in which they were logged."""
        found: list[Metric] = self._read(self._reads.history, run_id, metric)
        return found

    def model_outputs(self, run_id: str) -> list[ModelOutput]:
        """List the logged models that a run shows as its own."""
        found: list[ModelOutput] = self._read(self._reads.model_outputs, run_id)
        return found

    def find_runs(
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
        found: list[Run] = self._read(
            self._reads.find,
            experiment_id,
            tags,
            finished=finished,
            deleted=deleted,
            limit=limit,
        )
        return found

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, str] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Create a run, exactly once even if the server's answer is lost."""
        started = start_time or int(time.time() * 1000)
        create = functools.partial(
            self.plain.create_run, experiment_id, started, dict(tags or {}), run_name
        )

        def find_or_create() -> Run:
            fingerprint = (tags or {}).get(Tag.FINGERPRINT, "")
            found = self.plain.search_runs(
                [experiment_id],
                f"attributes.start_time = {started} and tags.{Tag.FINGERPRINT} = '{fingerprint}'",
                max_results=1,
            )
            return as_read(found[0] if found else create())

        run: Run = self._call(lambda: as_read(create()), find_or_create)
        return run

    def create_model(self, run: Run, name: str) -> "LoggedModel":
        """Create a run's logged model with a name, or return the existing one."""
        experiment_id, run_id = run.info.experiment_id, str(run.info.run_id)

        def find_or_create() -> "LoggedModel":
            of_run = f"source_run_id = '{run_id}' AND name = '{name}'"
            found = self.plain.search_logged_models([experiment_id], of_run, max_results=1)
            return (
                found[0]
                if found
                else self.plain.create_logged_model(
                    experiment_id, name, source_run_id=run_id, model_type="keras"
                )
            )

        model: LoggedModel = self._call(find_or_create, find_or_create)
        return model

    def delete_tag(self, run_id: str, key: str) -> None:
        """Delete a run's tag, if it is still there."""
        with contextlib.suppress(AnswerError):
            self._call(self.plain.delete_tag, self.plain.delete_tag, run_id, key)

    @contextlib.contextmanager
    def hurried(self) -> Iterator[None]:
        """Do not retry inside the block, because the user wants the process to end."""
        patience, self._patience = self._patience, 0.0
        try:
            yield
        finally:
            self._patience = patience

    def study_of(self, run: Run) -> str:
        """Name the study that a run belongs to, from a tag of its MLflow experiment."""
        experiment_id = run.info.experiment_id
        if experiment_id not in self._studies:
            experiment = self.get_experiment(experiment_id)
            self._studies[experiment_id] = experiment.tags.get(STUDY, experiment.name)
        return self._studies[experiment_id]

    def _read(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self._call(method, method, *args, **kwargs)

    def _missing(self, reason: str) -> AnswerError:
        return AnswerError(failures.UNANSWERED.format(uri=self.location.uri, reason=reason))

    def _call(
        self, method: Callable[..., Any], again: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Call `method`; if it gets no answer, call `again` until it does or patience runs out."""
        away_since = None
        while True:
            try:
                value = (method if away_since is None else again)(*args, **kwargs)
            except failures.of_a_store() as error:
                if getattr(error, "error_code", None) in (MISSING, EXISTS):
                    raise AnswerError(str(failures.explained(error, self.location))) from error
                now = time.monotonic()
                if not failures.passing(error) or not self._patience:
                    raise failures.explained(error, self.location) from error
                if away_since is None:
                    away_since = now
                    self._say_away(error)
                if now - away_since >= self._patience:
                    waited, self._patience = self._patience, 0.0
                    raise self._given_up(error, waited) from error
                time.sleep(PAUSE)
            else:
                if away_since is not None:
                    progress.note("The tracking store answers again.")
                return value

    def _say_away(self, error: BaseException) -> None:
        progress.note(
            f"The tracking store at {self.location.uri} does not answer "
            f"({failures.reason(error)}). Results are kept; trying again for "
            f"{progress.duration(self._patience)}."
        )

    def _given_up(self, error: BaseException, waited: float) -> StoreError:
        return StoreError(
            f"Expected the tracking store at {self.location.uri} to answer within "
            f"{progress.duration(waited)}. Received: {failures.reason(error)}"
        )
