"""Show progress: a live bar on a terminal, plain lines elsewhere.

Several stages may run side by side, each in its own thread. Only the process that the user started
shows progress; a stage that runs in a worker process reports it through a file.
"""

import functools
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

AT_ONCE = 0.2  # seconds: a step that took less was read from the store
quiet = False  # whether to show nothing


@functools.cache
def _console() -> "Console":
    """Return a console on standard error; Rich is imported only when there is work to show."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True, quiet=quiet)


def keep_clear() -> None:
    """Suppress uninformative messages from libraries.

    TensorFlow warns about retraced functions, which every new model causes, and MLflow shows a bar
    for each file that it reads from its own folder.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")


def _now() -> float:
    return time.monotonic()


@dataclass
class _Stage:
    """A stage being shown."""

    name: str
    started: float = field(default_factory=_now)
    bar: "Progress | None" = None
    tasks: "dict[str, TaskID]" = field(default_factory=dict)
    shown: float = field(default_factory=_now)  # time of the last line
    # When how many steps were done, from those on that an earlier attempt had finished.
    times: "list[tuple[float, int]]" = field(default_factory=lambda: [(_now(), 0)])

    def show(self, unit: str, done: int, total: int | None, detail: str) -> None:
        if self.bar is not None:
            if unit not in self.tasks:
                self.tasks[unit] = self.bar.add_task("", total=total)
            from rich.markup import escape

            label = f"{self.name} [dim]{unit}[/] {escape(detail)}"
            # A second fit in the same stage starts at epoch 1 again.
            self.bar.update(self.tasks[unit], completed=done, total=total, description=label)
            return
        of = f" of {total}" if total else ""
        line = f"{self.name}: {unit} {done}{of}" + (f", {detail}" if detail else "")
        note(line + self._left(done, total))

    def close(self) -> None:
        for task in self.tasks.values():
            if self.bar is not None:
                self.bar.remove_task(task)

    def _left(self, done: int, total: int | None) -> str:
        """Say how long the rest takes at the pace of the latter half of what is done.

        The whole would mislead where the longest steps come first, and the last step alone where
        two workers end at the same time.
        """
        now = _now()
        found = now - self.shown < AT_ONCE and len(self.times) == 1
        if found or done <= self.times[-1][1]:
            self.times = []
        self.shown = now
        self.times.append((now, done))
        half = self.times[: (len(self.times) + 1) // 2]
        earlier = [each for each in half if now - each[0] >= AT_ONCE]
        if not total or done >= total or not earlier:
            return ""
        since, before = earlier[-1]
        seconds = (now - since) / (done - before) * (total - done)
        return f", about {duration(seconds)} left"


class _Bars:
    """One live display for all stages, because a terminal can show only one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self.live: Progress | None = None

    @contextmanager
    def opened(self) -> "Iterator[Progress]":
        with self._lock:
            self._open += 1
            if self.live is None:
                self.live = _bar()
                self.live.start()
            live = self.live
        try:
            yield live
        finally:
            with self._lock:
                self._open -= 1
                if not self._open:
                    live.stop()
                    self.live = None


_bars = _Bars()
_shown = threading.local()  # .stage: the one that this thread runs, if any
_writing = threading.RLock()  # held while a line is written, or while none may be written
_report: list[Path] = []  # files that this process, a worker, reports to


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Show a stage while the body runs, then its duration."""
    opened = _Stage(name)
    before, _shown.stage = getattr(_shown, "stage", None), opened
    try:
        if _console().is_terminal:
            with _bars.opened() as opened.bar:
                opened.tasks["running"] = opened.bar.add_task(name, total=None)
                try:
                    yield
                finally:
                    opened.close()
        else:
            note(f"{name}: started")
            yield
    finally:
        _shown.stage = before
    note(f"{name}: done in {duration(_now() - opened.started)}")


@contextmanager
def silence() -> Iterator[None]:
    """Hold back all lines while the block runs, because it redirects standard error."""
    with _writing:
        yield


@contextmanager
def reporting(path: Path) -> Iterator[None]:
    """Write progress to a file instead of showing it, for the process that waits for this one."""
    _report.append(path)
    try:
        yield
    finally:
        _report.remove(path)


class Reported:
    """Shows the progress that a worker reports.

    Args:
        path: path of the file, see `reporting`; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def show(self) -> None:
        """Show what has been reported since the last call."""
        if not self.path.is_file():
            return
        with self.path.open(encoding="utf-8") as file:
            file.seek(self._read)
            lines = file.readlines()
        for line in lines:
            if line.endswith("\n"):  # otherwise it is still being written
                self._read += len(line.encode())
                counted(*json.loads(line))


def epoch(done: int, epochs: int, metrics: Mapping[str, float]) -> None:
    """Show that an epoch has ended.

    Args:
        done: the epoch, from 1.
        epochs: maximum number of epochs.
        metrics: its metrics.
    """
    detail = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    counted("epoch", done, epochs, detail)


def trial(done: int, total: int | None, detail: str = "") -> None:
    """Show that a trial, or another repetition, has ended.

    Args:
        done: number of ended trials.
        total: total number; None if unknown.
        detail: its result, in a few words.
    """
    counted("trial", done, total, detail)


def counted(unit: str, done: int, total: int | None, detail: str = "") -> None:
    """Show the number of finished items.

    Args:
        unit: what is counted, such as "images".
        done: number of finished items.
        total: total number; None if unknown.
        detail: more information, in a few words.
    """
    if _report:
        with _report[-1].open("a", encoding="utf-8") as file:
            file.write(json.dumps([unit, done, total, detail]) + "\n")
        return
    shown: _Stage | None = getattr(_shown, "stage", None)
    if shown is not None:
        shown.show(unit, done, total, detail)


def reused(name: str, run_id: str) -> None:
    """Show that a stage's finished run was found and is reused."""
    note(f"{name}: already there (run {run_id[:8]})")


def note(text: str) -> None:
    """Show a line."""
    with _writing:
        if _bars.live is None:
            if not quiet:
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()
            return
        from rich.markup import escape

        _bars.live.console.print(escape(text))


def duration(seconds: float) -> str:
    """Format a duration.

    >>> [duration(seconds) for seconds in (4.21, 75, 3700)]
    ['4.2 s', '1 min 15 s', '1 h 1 min']
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _bar() -> "Progress":
    from rich import progress

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(bar_width=24),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        console=_console(),
        transient=True,
    )
