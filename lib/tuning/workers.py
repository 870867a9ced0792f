"""Call a function for several jobs in parallel; a worker that dies costs at most one job."""

import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from lib.tracking import Workers
from lib.tuning.agreement import OtherCodeError
from lib.tuning.processes import Processes

if TYPE_CHECKING:
    from lib.tuning.cluster import Cluster


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

    Those on this machine stay for the next pool too, and so import TensorFlow once. If the block
    is left by an error or by Ctrl-C, they are killed.

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
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> Self:
        """Start nothing yet: a search may find all its trials in the store."""
        self._filters.__enter__()
        # joblib replaces a worker that has grown by 300 MB since its first job, for example by
        # importing TensorFlow later, and warns about it. No job is lost.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the workers; kill them if something went wrong."""
        if self._backend is not None:
            self._backend.close(kill=kind is not None)
            self._backend = None
        self._filters.__exit__(kind, error, trace)

    def run(
        self, function: Callable[..., Any], jobs: Sequence[Mapping[str, Any]]
    ) -> Generator[Outcome, None, None]:
        """Call a function once for each job.

        A job whose worker died is repeated in a fresh one, before other jobs; the second death
        is its outcome.

        Args:
            function: at the top level of a module; called as `function(**job, **inputs)`.
            jobs: keyword arguments.

        Yields:
            Each job's outcome as soon as it is known. Closing the generator drops the rest.

        Raises:
            OtherCodeError: a cluster's worker would call another function.
            ValueError: the function cannot be found by its name.
        """
        if "." in function.__qualname__ or "<" in function.__qualname__:
            raise ValueError(f"Expected a function of a module. Received: {function=}")
        backend = self._start()
        waiting = deque(range(len(jobs)))
        running: dict[Future[Any], int] = {}
        deaths: Counter[int] = Counter()
        try:
            while waiting or running:
                while waiting and (future := backend.start(function, jobs[waiting[0]])):
                    running[future] = waiting.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    backend.release(future)
                    error = future.exception()
                    if isinstance(error, OtherCodeError):
                        raise error
                    death = backend.death(error)
                    deaths[job] += death is not None
                    if death is not None and deaths[job] < backend.attempts:
                        waiting.appendleft(job)
                        continue
                    yield _outcome(job, future, death)
        finally:
            for future in running:
                backend.release(future)

    def _start(self) -> "Processes | Cluster":
        if self._backend is None:
            if self._workers.cluster is not None:
                from lib.tuning.cluster import Cluster  # imports Dask

                self._backend = Cluster(self._workers.cluster, self._inputs)
            else:
                self._backend = Processes(self._workers.count, self._inputs)
        return self._backend


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
