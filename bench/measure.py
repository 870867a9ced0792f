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

from lib.environment import FIXED, THREADED

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
        at_least: whether the goal is the smallest allowed value instead.
    """

    name: str
    value: float
    goal: float
    unit: str
    note: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Tell whether the goal is met."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def asked(self) -> str:
        """Return the goal as a person reads it."""
        return f"{'at least' if self.at_least else 'at most'} {self.goal:.4g} {self.unit}".strip()

    def __str__(self) -> str:
        """Write a line of the table."""
        mark = "met" if self.met else "MISSED"
        return (
            f"{self.name:<52} {shown(self.value):>9} {self.unit:<4} "
            f"{self.asked:<18} {mark:<6} {self.note}"
        )


def shown(value: float) -> str:
    """Format a measured value with three significant digits, or all before the point.

    >>> shown(2650.4), shown(1.2149)
    ('2,650', '1.21')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@dataclass(frozen=True)
class Table:
    """Measurements that are shown without a goal.

    Args:
        title: the table's title.
        columns: one name per column.
        rows: the cells' text.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        """Write it as a Markdown table."""
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        return "\n".join([self.title, "", *(f"| {' | '.join(line)} |" for line in lines)])


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

    Args:
        *args: its arguments.
        **environment: variables to set.

    Raises:
        RuntimeError: its exit code is not 0.
    """
    return _measured(args, {**os.environ, **environment})


def run_plain(*args: str) -> Process:
    """Run this Python without the variables that this project sets, such as thread counts.

    Raises:
        RuntimeError: its exit code is not 0.
    """
    ours = {*THREADED, *FIXED}
    return _measured(args, {name: each for name, each in os.environ.items() if name not in ours})


def _measured(args: tuple[str, ...], environment: dict[str, str]) -> Process:
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *args],
        env=environment,
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

    A machine's speed drifts; alternating makes that affect both equally.
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
