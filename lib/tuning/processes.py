"""Worker processes on this machine: one thread and one core each, and none outlives its parent.

Each worker is a joblib (loky) executor with a single process. If one process of a larger pool dies,
the whole pool is lost; this way the others are not affected.
"""

import functools
import gc
import os
import re
import shutil
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import joblib
from joblib.externals.loky import process_executor
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.process_executor import (
    BrokenProcessPool,
    ProcessPoolExecutor,
    TerminatedWorkerError,
)

from lib import progress
from lib.memory import give_back
from lib.training.backend import forget_graphs
from lib.training.mode import Mode, computing

ORPHAN_CHECK = 0.5  # seconds between a worker's checks that its parent is alive
# Bytes that a worker may grow by before joblib replaces it after a job: a new process imports
# TensorFlow again, for 5 s.
LEAK = 1 << 30
# Seconds from which on a job is followed by a garbage collection. Networks refer to themselves, and
# TensorFlow to their graphs: without it, a training on 30,000 images leaves 0.1 GiB behind.
LONG = 1.0


@dataclass
class _Worker:
    """One process, started when it is first needed."""

    core: int | None
    executor: Any = None
    killing: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, *call: Any) -> Future[Any]:
        """Make the call in the process, starting it first if necessary."""
        # No news to users: the next job starts in a new process, and none is lost. Said before each
        # call, because whoever catches warnings meanwhile brings older filters back.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        if self.executor is not None:
            try:
                return self.executor.submit(*call)
            except BrokenProcessPool:  # it died while idle
                self.kill()
        self.executor = ProcessPoolExecutor(
            max_workers=1, initializer=_begin, initargs=(os.getpid(), self.core)
        )
        return self.executor.submit(*call)

    def kill(self) -> None:
        """End the process, whatever it is doing; once, if two threads ask for it."""
        with self.killing:
            executor, self.executor = self.executor, None
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=True)


class Crew:
    """All worker processes of this process, shared by everything that computes at the same time.

    They stay until this process ends, and so import TensorFlow once.
    """

    def __init__(self) -> None:
        self._workers: dict[tuple[int, int | None], _Worker] = {}
        self._busy: set[tuple[int, int | None]] = set()
        self._change = threading.Condition()
        self.stopped = False

    def take(self, count: int, *, wait: bool) -> _Worker | None:
        """Take a worker that is free.

        Args:
            count: maximum number of busy workers.
            wait: whether to wait until one is free.

        Returns:
            The worker; None if all are busy.

        Raises:
            KeyboardInterrupt: the crew was stopped.
        """
        cores = _cores()
        # Workers are bound to cores only if they fill the machine: two studies running at once with
        # fewer workers would be bound to the same cores, leaving the others idle.
        bound: list[int | None] = list(cores) if len(cores) == count else [None] * count
        with self._change:
            while not self.stopped:
                free = [key for key in enumerate(bound) if key not in self._busy]
                if free and len(self._busy) < count:
                    self._busy.add(free[0])
                    return self._workers.setdefault(free[0], _Worker(free[0][1]))
                if not wait:
                    return None
                self._change.wait()
        raise KeyboardInterrupt

    def give_back(self, worker: _Worker) -> None:
        """Free a worker for others."""
        with self._change:
            self._busy -= {key for key, known in self._workers.items() if known is worker}
            self._change.notify_all()

    def stop(self) -> None:
        """Kill all workers, and give out no others, because the user wants to stop."""
        with self._change:
            self.stopped = True
            self._change.notify_all()
        for worker in list(self._workers.values()):
            worker.kill()


crew = Crew()


class Processes:
    """Workers that are processes of this machine.

    Args:
        count: maximum number, started on demand.
        inputs: keyword arguments of every call. They are written to one file when the first
            worker starts; each worker opens it once, with arrays as read-only memory maps, so that
            all workers share a single copy of the data in memory.
    """

    attempts = 2

    def __init__(self, count: int, inputs: Mapping[str, Any]) -> None:
        self._count = count
        self._busy: dict[Future[Any], _Worker] = {}
        self._inputs = inputs
        self._folder: Path | None = None

    def start(
        self, function: Callable[..., Any], job: Mapping[str, Any], mode: Mode, *, wait: bool
    ) -> "Future[Any] | None":
        """Let a worker call `function(**job, **inputs)`; None if all are busy.

        Args:
            function: at the top level of a module.
            job: keyword arguments.
            mode: how the call's networks compute.
            wait: whether to wait for a worker that another pool frees.

        Returns:
            Future of the value and the seconds it took.

        Raises:
            KeyboardInterrupt: the crew was stopped.
        """
        worker = crew.take(self._count, wait=wait)
        if worker is None:
            return None
        try:
            future = worker.submit(_call, function, job, self._inputs_path(), mode)
        except BaseException:
            crew.give_back(worker)
            raise
        self._busy[future] = worker
        return future

    def release(self, future: "Future[Any]") -> None:
        """Give back a future's worker; end its process if that is busy or dead."""
        worker = self._busy.pop(future)
        if not future.done() or isinstance(future.exception(), BrokenProcessPool):
            worker.kill()
        crew.give_back(worker)

    def death(self, error: BaseException | None) -> str | None:
        """Describe how a worker died, if that caused the error."""
        if not isinstance(error, TerminatedWorkerError):
            return None
        codes = re.search(r"\{(.*)\}", str(error))
        return codes[1] if codes else "exit code unknown"

    def close(self) -> None:
        """Remove the inputs' file, and end the processes that are still busy with them."""
        for future in list(self._busy):
            self.release(future)
        if self._folder is not None:
            shutil.rmtree(self._folder)
            resource_tracker.unregister(str(self._folder), "folder")
            self._folder = None

    def _inputs_path(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="vouch-"))
            # joblib's tracker outlives this process, and removes the folder if it is killed.
            resource_tracker.register(str(self._folder), "folder")
            joblib.dump(dict(self._inputs), self._folder / "inputs.joblib")
            give_back()  # what loading the data left unused: the workers are about to need it
        return self._folder / "inputs.joblib"


def _cores() -> list[int]:
    """List the cores this process may use; empty if the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _begin(parent: int, core: int | None) -> None:
    """Initialize a worker; runs in its process."""
    progress.keep_clear()
    # Ctrl-C on a terminal reaches workers too; it is up to the parent to end them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if core is not None:
        os.sched_setaffinity(0, {core})
    # joblib replaces a worker that has grown by 300 MB since its first job, which importing
    # TensorFlow alone does; a new one would import it again.
    process_executor._MAX_MEMORY_LEAK_SIZE = LEAK  # noqa: SLF001  # no other way to set it
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK)
    os._exit(1)


def _call(
    function: Callable[..., Any], job: Mapping[str, Any], inputs: Path, mode: Mode
) -> tuple[Any, float]:
    shared = _shared(inputs)
    started = time.perf_counter()
    with computing(mode):
        value = function(**job, **shared)
    seconds = time.perf_counter() - started
    if seconds > LONG:
        _collect()
    return value, seconds


def _collect() -> None:
    """Free what the last job left behind; it takes 0.25 s the first time, and then 0.02 s.

    After the first collection almost only libraries are left, and later ones leave them out.
    """
    forget_graphs()
    gc.collect()
    if not gc.get_freeze_count():
        gc.freeze()
    give_back()


@functools.lru_cache(maxsize=1)  # a stage's inputs are dropped when the next stage's arrive
def _shared(path: Path) -> dict[str, Any]:
    shared: dict[str, Any] = joblib.load(path, mmap_mode="r")
    return shared
