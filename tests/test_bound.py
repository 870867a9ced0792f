"""A server that a test starts does not outlive the test, even one that is killed."""

import signal
import subprocess
import textwrap

import pytest

from tests.lifetimes import needs_proc, running, wait_until

TEST = """
    import sys, time
    from tests import bound

    helper = "import time; time.sleep(60)"
    server = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {helper!r}])"
    started = bound.start(sys.executable, "-c", server)
    if "end" in sys.argv:
        input()
        started.terminate()
        sys.exit(started.wait())
    time.sleep(60)
"""


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_and_its_helpers_end_with_a_test_that_is_killed(ending: signal.Signals) -> None:
    with running(["-c", textwrap.dedent(TEST)]) as program:
        assert wait_until(lambda: len(program.alive()) == 4, 30)
        program.process.send_signal(ending)
        assert program.left() == {}


@needs_proc
def test_a_server_and_its_helpers_end_when_a_test_ends_them() -> None:
    with running(["-c", textwrap.dedent(TEST), "end"], stdin=subprocess.PIPE) as program:
        assert wait_until(lambda: len(program.alive()) == 4, 30)
        assert program.process.stdin is not None
        program.process.stdin.write("\n")
        program.process.stdin.flush()
        assert program.left() == {}
