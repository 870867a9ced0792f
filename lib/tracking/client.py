"""MLflow's client, with patience for a server that is away and one sentence for what goes wrong."""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contract.names import STUDY, Tag
from lib import progress
from lib.tracking import failures
from lib.tracking.location import Location, StoreError

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel, Run
    from mlflow.tracking import MlflowClient

PATIENCE = 120.0  # seconds for which a server may be away while a study runs
PAUSE = 2.0  # seconds between two attempts
# The answers of a store that works, which callers handle.
MISSING, EXISTS = "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"


class AnswerError(StoreError):
    """What was asked for is not in the store, or what was to be made is there already."""


def prepare() -> None:
    """Set what MLflow reads from the environment; before its first import, and for its children."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")  # `Client` tries again
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one a file


class Client:
    """MLflow's client over a store; it has all of that one's methods.

    A call that finds the server away is made again until it is back or patience ends. Calls that
    a lost answer would double are made so that they do not: `create_run` looks for the run first.

    Args:
        client: MLflow's own.
        location: the store.
        patience: seconds for which to try again; 0 for commands that somebody waits for.
    """

    def __init__(
        self, client: "MlflowClient", location: Location, *, patience: float = PATIENCE
    ) -> None:
        self.plain = client  # without patience, as a thread of its own wants it
        self.location = location
        self._patience = patience
        self._studies: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.plain, name)
        return functools.partial(self._call, method, method)

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, str] | None = None,
        run_name: str | None = None,
    ) -> "Run":
        """Create a run, once, even where the server's answer was lost."""
        started = start_time or int(time.time() * 1000)
        create = functools.partial(
            self.plain.create_run, experiment_id, started, dict(tags or {}), run_name
        )

        def find_or_create() -> "Run":
            fingerprint = (tags or {}).get(Tag.FINGERPRINT, "")
            found = self.plain.search_runs(
                [experiment_id],
                f"attributes.start_time = {started} and tags.{Tag.FINGERPRINT} = '{fingerprint}'",
                max_results=1,
            )
            return found[0] if found else create()

        run: Run = self._call(create, find_or_create)
        return run

    def create_model(self, run: "Run", name: str) -> "LoggedModel":
        """Create a run's logged model of a name, or give the one that is there already."""
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
        """Delete a run's tag; one that is gone already is no error."""
        with contextlib.suppress(AnswerError):
            self._call(self.plain.delete_tag, self.plain.delete_tag, run_id, key)

    @contextlib.contextmanager
    def hurried(self) -> Iterator[None]:
        """Wait for nobody meanwhile, when a person wants the process to end."""
        patience, self._patience = self._patience, 0.0
        try:
            yield
        finally:
            self._patience = patience

    def study_of(self, run: "Run") -> str:
        """Name the study that a run belongs to: a tag of its MLflow experiment says so."""
        experiment_id = run.info.experiment_id
        if experiment_id not in self._studies:
            experiment = self.get_experiment(experiment_id)
            self._studies[experiment_id] = experiment.tags.get(STUDY, experiment.name)
        return self._studies[experiment_id]

    def _call(
        self, method: Callable[..., Any], again: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Call `method`; while there is no answer and patience lasts, call `again`."""
        from mlflow.exceptions import MlflowException
        from requests.exceptions import RequestException
        from sqlalchemy.exc import SQLAlchemyError

        away_since = None
        while True:
            try:
                value = (method if away_since is None else again)(*args, **kwargs)
            except (MlflowException, RequestException, SQLAlchemyError, OSError) as error:
                if isinstance(error, MlflowException) and error.error_code in (MISSING, EXISTS):
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
