"""Call a function for several jobs in parallel; a worker that dies costs at most one job."""

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lib import progress
from lib.tracking import Results, Workers
from lib.tracking.runs.models import pack
from lib.training.mode import Mode
from lib.tuning.agreement import OtherCodeError

if TYPE_CHECKING:
    from lib.tuning.cluster import Cluster
    from lib.tuning.processes import Processes

LOOK = 0.2  # seconds between checks for workers that another pool has freed


class WorkerDiedError(RuntimeError):
    """A worker process died during a job, and again when the job was repeated."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Args:
        job: index of the job, from 0.
        value: what the function returned.
        error: what it raised, or that its worker died; None if it returned.
        seconds: duration of the call; 0 if it did not return.
    """

    job: int
    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0


class WorkerPool:
    """Workers of one thread each, for the duration of a `with` block.

    Those on this machine are shared with all other pools, see `Crew`.

    Args:
        workers: number of processes, or a cluster.
        inputs: keyword arguments of every call, such as the data; see `Processes`, `Cluster`.

    Raises:
        ValueError: the number of workers is below 1.
    """

    def __init__(self, workers: Workers, inputs: Mapping[str, Any]) -> None:
        if workers.count < 1:
            raise ValueError(f"Expected at least one worker. Received: {workers.count=}")
        self._workers = workers
        self._inputs = inputs
        self._backend: Processes | Cluster | None = None

    def __enter__(self) -> Self:
        """Start nothing yet: a search may find all its trials in the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release the workers; those that are still busy are killed."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def run(
        self,
        function: Callable[..., Any],
        jobs: Sequence[Mapping[str, Any]],
        *,
        watch: Callable[[], None] = lambda: None,
    ) -> Generator[Outcome, None, None]:
        """Call a function once for each job.

        A job whose worker died is repeated in a fresh one, before other jobs; the second death
        is its outcome.

        Args:
            function: at the top level of a module; called as `function(**job, **inputs)`.
            jobs: keyword arguments.
            watch: called several times a second while jobs run.

        Yields:
            Each job's outcome as soon as it is known. Closing the generator drops the rest.

        Raises:
            KeyboardInterrupt: all workers were stopped.
            OtherCodeError: a cluster's worker has different code.
            ValueError: the function cannot be found by its name.
        """
        if "." in function.__qualname__ or "<" in function.__qualname__:
            raise ValueError(f"Expected a function of a module. Received: {function=}")
        backend = self._start()
        waiting = deque(range(len(jobs)))
        running: dict[Future[Any], int] = {}
        ended: deque[Outcome] = deque()
        deaths: Counter[int] = Counter()
        try:
            while waiting or running or ended:
                mode = self._workers.mode
                while waiting and (
                    future := backend.start(
                        function, jobs[waiting[0]], mode, wait=not (running or ended)
                    )
                ):
                    running[future] = waiting.popleft()
                # Only now, because whoever takes an outcome may take a while to record it.
                while ended:
                    yield ended.popleft()
                done = wait(running, LOOK, FIRST_COMPLETED).done
                watch()
                for future in done:
                    job = running.pop(future)
                    backend.release(future)
                    death = backend.death(_error(future))
                    deaths[job] += death is not None
                    if death is not None and deaths[job] < backend.attempts:
                        waiting.appendleft(job)
                    else:
                        ended.append(_outcome(job, future, death))
        except (Exception, KeyboardInterrupt):
            yield from ended  # so that what has ended is recorded all the same
            raise
        finally:
            for future in running:
                backend.release(future)

    def _start(self) -> "Processes | Cluster":
        if self._backend is None:
            if self._workers.cluster is not None:
                from lib.tuning.cluster import Cluster  # imports Dask

                self._backend = Cluster(self._workers.cluster, self._inputs)
            else:
                from lib.tuning.processes import Processes  # imports joblib, too

                self._backend = Processes(self._workers.count, self._inputs)
        return self._backend


def _error(future: "Future[Any]") -> BaseException | None:
    """Return what a job raised; raise it if it concerns all jobs."""
    from lib.tuning.processes import crew

    if future.cancelled():
        raise ConnectionError("Expected the cluster to stay. Received: it is gone")
    error = future.exception()
    if isinstance(error, OtherCodeError):
        raise error
    if error is not None and crew.stopped:  # it was killed with its worker
        raise KeyboardInterrupt
    return error


def _outcome(job: int, future: "Future[Any]", death: str | None) -> Outcome:
    if death is not None:
        return Outcome(
            job,
            error=WorkerDiedError(
                f"The worker process died on every attempt ({death}). It may be out of memory: try "
                "fewer --workers"
            ),
        )
    error = future.exception()
    if error is not None:
        return Outcome(job, error=error)
    value, seconds = future.result()
    return Outcome(job, value, seconds=seconds)


class Apart:
    """Calls whole stages in worker processes of this machine, for `lib.tracking.Study`.

    Args:
        workers: number that compute at the same time, including those for searches' trials.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def __call__(
        self, function: Callable[..., Results], inputs: Mapping[str, Any], mode: Mode
    ) -> Results:
        """Call a stage in a worker, and show the progress that it reports.

        Args:
            function: the stage, at the top level of a module.
            inputs: its keyword arguments.
            mode: how its networks compute.

        Raises:
            WorkerDiedError: the worker died twice.
            KeyboardInterrupt: all workers were stopped.
        """
        workers = Workers(self._workers.count, mode=mode)
        with (
            tempfile.TemporaryDirectory(prefix="vouch-") as folder,
            WorkerPool(workers, inputs) as pool,
        ):
            reported = progress.Reported(Path(folder, "progress"))
            (outcome,) = pool.run(
                call_stage,
                [{"called_stage": function, "progress_file": reported.path}],
                watch=reported.show,
            )
        if outcome.error is not None:
            raise outcome.error
        results: Results = outcome.value
        return results

    def stop(self) -> None:
        """Kill all workers; calls that wait for one raise KeyboardInterrupt."""
        from lib.tuning.processes import crew

        crew.stop()


def call_stage(called_stage: Callable[..., Results], progress_file: Path, **inputs: Any) -> Results:
    """Call a stage in a worker; its models come back as files."""
    with progress.reporting(progress_file):
        results = called_stage(**inputs)
    return replace(results, models={name: pack(model) for name, model in results.models.items()})
