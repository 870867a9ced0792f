"""Measure processes and pairs of calls, and compare the results with goals."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import psutil

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Figure:
    """A measurement and its goal.

    Args:
        name: what was measured.
        value: measured value.
        goal: largest allowed value.
        unit: unit of both.
        note: how it was measured, if the name does not say so.
    """

    name: str
    value: float
    goal: float
    unit: str
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.goal

    def __str__(self) -> str:
        """Write a line of the table."""
        mark = "met" if self.met else "MISSED"
        return (
            f"{self.name:<52} {self.value:>9.3g} {self.unit:<4} "
            f"goal {self.goal:>5.3g} {self.unit:<4} {mark:<6} {self.note}"
        )


@dataclass(frozen=True)
class Process:
    """A finished process.

    Args:
        seconds: from start to end.
        peak: peak memory in bytes, including its children.
        output: what it printed on both streams.
    """

    seconds: float
    peak: int
    output: str


def run_process(*args: str, **environment: str) -> Process:
    """Run this Python with some arguments, and measure its memory.

    Raises:
        RuntimeError: its exit code is not 0.
    """
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *args],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = _MemoryWatch(process.pid)
        watch.start()
        output, _ = process.communicate()
        watch.join()
    if process.returncode != 0:
        raise RuntimeError(
            f"Expected exit code 0 of {args}. Received: {process.returncode}\n{output}"
        )
    return Process(time.monotonic() - started, watch.peak, output)


def paired(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Call two functions alternately, and collect their results.

    A machine's speed drifts; this way it affects both equally.
    """
    firsts, seconds = [], []
    for _ in range(rounds):
        firsts.append(first())
        seconds.append(second())
    return firsts, seconds


def median_ratio(firsts: Sequence[float], seconds: Sequence[float]) -> float:
    """Median of the pairs' ratios.

    >>> median_ratio([2.0, 4.0, 9.0], [1.0, 2.0, 3.0])
    2.0
    """
    return median(one / other for one, other in zip(firsts, seconds, strict=True))


class _MemoryWatch(threading.Thread):
    """Adds up the memory of a process and its children twenty times a second.

    Pages that processes share are divided among them (PSS), so that they count once.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak = 0

    def run(self) -> None:
        try:
            parent = psutil.Process(self._pid)
            while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
                family = [parent, *parent.children(recursive=True)]
                self.peak = max(self.peak, sum(_memory(process) for process in family))
                time.sleep(0.05)
        except psutil.NoSuchProcess:
            return


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
