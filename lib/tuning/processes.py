"""Worker processes on this machine: one thread and one core each, and none outlives its parent.

Each worker is a joblib (loky) executor with a single process. If one process of a larger pool dies,
the whole pool is lost; this way the others are not affected.
"""

import functools
import os
import re
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.process_executor import (
    BrokenProcessPool,
    ProcessPoolExecutor,
    TerminatedWorkerError,
)

from lib import environment, progress

ORPHAN_CHECK = 0.5  # seconds between a worker's checks that its parent is alive


@dataclass
class _Worker:
    """One process, started when it is first needed."""

    core: int | None
    executor: Any = None

    def submit(self, *call: Any) -> Future[Any]:
        """Make the call in the process, starting it first if necessary."""
        if self.executor is not None:
            try:
                return self.executor.submit(*call)
            except BrokenProcessPool:  # it died while idle
                self.kill()
        self.executor = ProcessPoolExecutor(
            max_workers=1,
            env=environment.one_thread(),
            initializer=_begin,
            initargs=(os.getpid(), self.core),
        )
        return self.executor.submit(*call)

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        if self.executor is not None:
            self.executor.shutdown(wait=True, kill_workers=True)
            self.executor = None


# Idle workers between two stages, with TensorFlow imported. They end with this process.
_resting: list[_Worker] = []


class Processes:
    """Workers that are processes of this machine.

    Args:
        count: maximum number, started on demand.
        inputs: keyword arguments of every call. They are written to one file when the first
            worker starts; each worker opens it once, arrays as read-only maps of it, so that any
            number of workers has the data in memory once.
    """

    attempts = 2

    def __init__(self, count: int, inputs: Mapping[str, Any]) -> None:
        cores = _cores()
        # Workers are bound to cores only if they fill the machine: two studies running at once with
        # fewer workers would be bound to the same cores, leaving the others idle.
        bound: list[int | None] = list(cores) if len(cores) == count else [None] * count
        self._idle = [_worker(core) for core in bound]
        self._busy: dict[Future[Any], _Worker] = {}
        self._inputs = inputs
        self._folder: Path | None = None

    def start(self, function: Callable[..., Any], job: Mapping[str, Any]) -> "Future[Any] | None":
        """Let a worker call `function(**job, **inputs)`; None if all are busy.

        Returns:
            Future of the value and the seconds it took.
        """
        if not self._idle:
            return None
        path = self._inputs_path()
        worker = self._idle.pop()
        future = worker.submit(_call, function, job, path)
        self._busy[future] = worker
        return future

    def release(self, future: "Future[Any]") -> None:
        """Take back a future's worker; replace it if it is busy or dead."""
        worker = self._busy.pop(future)
        if not future.done() or isinstance(future.exception(), BrokenProcessPool):
            worker.kill()
        self._idle.append(worker)

    def death(self, error: BaseException | None) -> str | None:
        """Say how a worker died, if that is what an error is about."""
        if not isinstance(error, TerminatedWorkerError):
            return None
        codes = re.search(r"\{(.*)\}", str(error))
        return codes[1] if codes else "exit code unknown"

    def close(self, *, kill: bool) -> None:
        """Remove the inputs' file, and return the workers to the idle pool.

        Args:
            kill: kill them instead.
        """
        for worker in self._busy.values():
            worker.kill()
        for worker in self._idle:
            if kill:
                worker.kill()
            elif worker.executor is not None:
                _resting.append(worker)
        self._busy.clear()
        self._idle.clear()
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
        return self._folder / "inputs.joblib"


def _cores() -> list[int]:
    """List the cores this process may use; empty if the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _worker(core: int | None) -> _Worker:
    """Take an idle worker, or start a new one."""
    for worker in _resting:
        if worker.core == core:
            _resting.remove(worker)
            return worker
    return _Worker(core)


def _begin(parent: int, core: int | None) -> None:
    """Initialize a worker; runs in its process."""
    progress.keep_clear()
    # Ctrl-C on a terminal reaches workers too; it is up to the parent to end them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if core is not None:
        os.sched_setaffinity(0, {core})
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK)
    os._exit(1)


def _call(function: Callable[..., Any], job: Mapping[str, Any], inputs: Path) -> tuple[Any, float]:
    shared = _shared(inputs)
    started = time.perf_counter()
    value = function(**job, **shared)
    return value, time.perf_counter() - started


@functools.lru_cache(maxsize=1)  # a stage's inputs are dropped when the next stage's arrive
def _shared(path: Path) -> dict[str, Any]:
    shared: dict[str, Any] = joblib.load(path, mmap_mode="r")
    return shared
