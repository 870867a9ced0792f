"""Show progress: a live bar on a terminal, plain lines elsewhere.

Only the process that a person started shows progress; worker processes stay silent because they
open no stage.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

AT_ONCE = 0.2  # seconds: a step that took less was read from the store
console = Console(stderr=True, highlight=False, soft_wrap=True)


def keep_clear() -> None:
    """Suppress uninformative messages of libraries.

    TensorFlow warns about retraced functions, which every new model causes, and MLflow shows a bar
    for each file that it reads from its own folder.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")


def _now() -> float:
    return time.monotonic()


@dataclass
class _Stage:
    """The stage being shown."""

    name: str
    started: float = field(default_factory=_now)
    bar: Progress | None = None
    tasks: dict[str, TaskID] = field(default_factory=dict)
    shown: float = field(default_factory=_now)  # time of the last line
    found: int = 0  # steps that an earlier attempt had finished
    counted_from: float = field(default_factory=_now)

    def show(self, unit: str, done: int, total: int | None, detail: str) -> None:
        if self.bar is not None:
            if unit not in self.tasks:
                self.tasks[unit] = self.bar.add_task("", total=total)
            label = f"{self.name} [dim]{unit}[/] {escape(detail)}"
            # A second fit in the same stage starts at epoch 1 again.
            self.bar.update(self.tasks[unit], completed=done, total=total, description=label)
            return
        of = f" of {total}" if total else ""
        line = f"{self.name}: {unit} {done}{of}" + (f", {detail}" if detail else "")
        console.print(escape(line + self._left(done, total)))

    def _left(self, done: int, total: int | None) -> str:
        now = _now()
        if now - self.shown < AT_ONCE:
            self.found, self.counted_from = done, now
        self.shown = now
        if not total or done >= total or done <= self.found:
            return ""
        seconds = (now - self.counted_from) / (done - self.found) * (total - done)
        return f", about {duration(seconds)} left"


_shown: list[_Stage] = []  # the stage that is open, if any


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Show a stage while the body runs, then its duration."""
    opened = _Stage(name)
    _shown.append(opened)
    try:
        if console.is_terminal:
            with _bar() as opened.bar:
                opened.tasks["running"] = opened.bar.add_task(name, total=None)
                yield
        else:
            console.print(escape(f"{name}: started"))
            yield
    finally:
        _shown.remove(opened)
    console.print(escape(f"{name}: done in {duration(_now() - opened.started)}"))


def epoch(done: int, epochs: int, metrics: Mapping[str, float]) -> None:
    """Show that an epoch has ended.

    Args:
        done: the epoch, from 1.
        epochs: maximum number of epochs.
        metrics: its metrics.
    """
    if _shown:
        detail = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
        _shown[-1].show("epoch", done, epochs, detail)


def trial(done: int, total: int | None, detail: str = "") -> None:
    """Show that a trial, or another repetition, has ended.

    Args:
        done: how many have ended.
        total: total number; None if unknown.
        detail: its result, in a few words.
    """
    counted("trial", done, total, detail)


def counted(unit: str, done: int, total: int | None, detail: str = "") -> None:
    """Show the number of finished items.

    Args:
        unit: what is counted, such as "images".
        done: how many are done.
        total: total number; None if unknown.
        detail: more information, in a few words.
    """
    if _shown:
        _shown[-1].show(unit, done, total, detail)


def reused(name: str, run_id: str) -> None:
    """Show that a stage's finished run was found and is reused."""
    console.print(escape(f"{name}: already there (run {run_id[:8]})"))


def note(text: str) -> None:
    """Show a line."""
    console.print(escape(text))


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


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
