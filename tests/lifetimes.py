"""Start programs, and find every process that they started, whoever its parent is by now."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from contract.definitions import ROOT

MARK = "VOUCH_TEST_STARTED_BY"
ENDINGS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL]

needs_proc = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are found in /proc"
)


class Program:
    """A program that runs, and what it has started.

    Args:
        arguments: of Python.
        environment: beside that of this process.
        options: of `subprocess.Popen`.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], **options: Any
    ) -> None:
        self._mark = f"{MARK}={uuid.uuid4().hex}".encode()
        name, _, value = self._mark.decode().partition("=")
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment, name: value},
            text=True,
            preexec_fn=_listen,  # noqa: PLW1509 - nothing else runs in these tests
            **options,
        )

    def alive(self) -> dict[int, str]:
        """Its processes that have not ended, by their numbers: how each was called."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                # Others' processes cannot be looked into, and any may end meanwhile.
                with suppress(OSError):
                    if self._mark in (folder / "environ").read_bytes().split(b"\0"):
                        called = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                        found[int(folder.name)] = called.decode()
        return found

    def left(self, seconds: float = 10) -> dict[int, str]:
        """Its processes that are still there after some time."""
        wait_until(lambda: not self.alive(), seconds)
        return self.alive()


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None, **options: Any
) -> Iterator[Program]:
    """Run a program of Python's, and leave nothing of it behind, whatever a test finds."""
    program = Program(arguments, environment or {}, **options)
    try:
        yield program
    finally:
        for pid in program.alive():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        program.process.communicate(timeout=10)


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait for a condition; whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not (held := bool(condition())) and time.monotonic() < end:
        time.sleep(0.05)
    return held


def _listen() -> None:
    """Let the program hear of Ctrl-C and SIGHUP, which a shell or `nohup` may have it ignore."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
