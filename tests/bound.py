"""Run a program, and all that it starts, no longer than whoever asked for it lives.

    python -m tests.bound PROGRAM [ARGUMENT…]

Standard input is the pipe to watch: it closes when the process at its other end is gone, even one
that was killed and could not clean up. SIGTERM ends the program, too.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

from contract.definitions import ROOT


def start(*command: str, **options: Any) -> "subprocess.Popen[str]":
    """Start a program that ends with this process, or when told to `terminate`."""
    bound = [sys.executable, "-m", "tests.bound", *command]
    return subprocess.Popen(bound, cwd=ROOT, stdin=subprocess.PIPE, text=True, **options)


def main(command: Sequence[str]) -> int:
    """Run the command; its exit code."""
    # A session of its own, so that all its processes can be ended at once.
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    def end(_signal: int = 0, _frame: FrameType | None = None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)

    def watch() -> None:
        sys.stdin.buffer.read()
        end()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asked
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch, daemon=True).start()
    code = program.wait()
    end()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
