"""Send work to the workers of a Dask cluster that was started elsewhere.

There, in a checkout with the same code and the same versions of the libraries, the scheduler is
started by `python -m dask scheduler` and each worker by
`python -m dask worker ADDRESS --nthreads 1`. A worker compares code and versions before it computes
anything, because results are recorded under the code and versions of this process.
"""

import functools
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from importlib.util import find_spec
from typing import Any

from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker

from lib import environment
from lib.tracking.code import Code, code_of
from lib.training.mode import Mode, computing
from lib.tuning.agreement import OtherCodeError, compare

PATIENCE = 10  # seconds to wait for the scheduler and for a first worker


class _Inputs(WorkerPlugin):
    """Keeps the inputs of every call on each worker, including replacements of dead ones.

    Dask's own `scatter` puts them only on the workers that exist at that time: if those die, the
    inputs are lost, and with them all jobs that wait for them.
    """

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self.name = f"inputs-{uuid.uuid4().hex}"
        self.inputs = dict(inputs)

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's signature
        """Prepare a worker."""
        environment.settle()  # TensorFlow reads the number of threads when it first computes


class Cluster:
    """Workers that are processes of a Dask cluster.

    Dask itself reassigns a job whose worker died, three times by default.

    Args:
        address: address of the scheduler, such as `tcp://10.0.0.1:8786`.
        inputs: keyword arguments of every call; sent to each worker once.

    Raises:
        ConnectionError: the scheduler does not answer, has no workers, or one has several threads.
        OtherCodeError: the scheduler or a worker does not find this project's code.
    """

    attempts = 1

    def __init__(self, address: str, inputs: Mapping[str, Any]) -> None:
        self._inputs = _Inputs(inputs)
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:  # ValueError: an impossible address
            raise ConnectionError(
                f"Expected a Dask scheduler that answers. Received: {address=} ({error})"
            ) from error
        try:
            self._check_workers(address)
            self._client.register_plugin(self._inputs)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False)

    def start(
        self,
        function: Callable[..., Any],
        job: Mapping[str, Any],
        mode: Mode,
        *,
        wait: bool,  # noqa: ARG002 - it is the scheduler that waits
    ) -> "Future[Any] | None":
        """Let a worker call `function(**job, **inputs)`; the scheduler queues calls that must wait.

        So this method never waits.

        Returns:
            Future of the value and the seconds it took, or of an `OtherCodeError`.
        """
        future: Future[Any] = self._executor.submit(
            _call, function, job, self._inputs.name, _code(function), environment.too_late(), mode
        )
        return future

    def release(self, future: "Future[Any]") -> None:
        """Cancel an unfinished future; a call that has started runs to its end on the worker."""
        future.cancel()

    def death(self, error: BaseException | None) -> str | None:
        """Describe how workers died, if that caused the error."""
        return str(error) if isinstance(error, KilledWorker) else None

    def close(self) -> None:
        """Leave the cluster; calls that have started run to their end on the workers."""
        self._client.unregister_worker_plugin(self._inputs.name)
        self._client.close()

    def _check_workers(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise ConnectionError(
                f"Expected at least one Dask worker at the scheduler. Received: {address=}"
            ) from error
        package = __package__.partition(".")[0]
        found = self._client.run(find_spec, package)
        found[address] = self._client.run_on_scheduler(find_spec, package)
        for process, spec in found.items():
            if spec is None:
                raise OtherCodeError(
                    "Expected the Dask scheduler and its workers to be started in a checkout of "
                    "this project (`python -m dask …`, which finds it there). "
                    f"Received: no package {package} at {process}"
                )
        for worker, threads in self._client.nthreads().items():
            if threads != 1:
                raise ConnectionError(
                    "Expected Dask workers of one thread each (--nthreads 1), so that equal seeds "
                    f"give equal results. Received: {worker} with {threads=}"
                )


@functools.cache
def _code(function: Callable[..., Any]) -> Code:
    return code_of(function)


def _call(
    function: Callable[..., Any],
    job: Mapping[str, Any],
    inputs: str,
    expected: Code,
    read: Mapping[str, str],
    mode: Mode,
) -> tuple[Any, float]:
    worker, ours = get_worker(), _code(function)
    for kind, theirs, found in (
        ("definition", expected.definitions, ours.definitions),
        ("library", expected.libraries, ours.libraries),
        ("environment variable", read, environment.too_late()),
    ):
        compare(kind, theirs, found, worker=worker.address)
    shared = worker.plugins[inputs].inputs
    started = time.perf_counter()
    with computing(mode):
        value = function(**job, **shared)
    return value, time.perf_counter() - started
