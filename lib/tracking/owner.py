"""Say which process writes a run, so that others can tell whether it still runs.

An owner is `HOST PID MACHINE START`. The host's name is for people: containers and laptops change
it. MACHINE is the kernel's boot and its process namespace, START the process's own; together they
are never given out twice. Of a process of another machine only its heartbeat tells.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from contract.entities import Run
from contract.names import Tag
from lib.tracking.location import StoreError

if TYPE_CHECKING:
    from lib.tracking.client import Client

BEAT = 15.0  # seconds between two signs of life
SILENT = 180.0  # seconds without one after which a process counts as dead; above `PATIENCE`
DAY = 24 * 3600.0
SETTLED = 2.0  # seconds after which claims made at the same moment have all arrived
FEW_BEATS = 3  # that must be missed while watching, whatever the two machines' clocks say


class TakenOverError(StoreError):
    """Another process has taken over a run."""


def here() -> str:
    """Name this process, as the tag `owner` of a run has it."""
    name = f"{socket.gethostname()} {os.getpid()}"
    started = _started(os.getpid())
    return f"{name} {_machine()} {started}" if started and _machine() else name


def alive(owner: str) -> bool | None:
    """Whether an owner is still there; None where this process cannot tell.

    >>> alive(here()), alive("elsewhere 1"), alive("")
    (True, None, False)
    """
    if not owner:
        return False
    host, pid, *known = [*owner.split(), ""][:4]
    if not pid.isdigit() or int(pid) > 2**31 - 1:
        return None
    if len(known) == 2 and known[0]:
        return _started(int(pid)) == known[1] if known[0] == _machine() else None
    return _exists(int(pid)) if host == socket.gethostname() else None


def may_be_alive(owner: str, heartbeat: str) -> bool:
    """Whether a process may still write a run on a server; for a day, where nobody can tell.

    >>> may_be_alive(here(), ""), may_be_alive("elsewhere 1", "1"), may_be_alive("elsewhere 1", "")
    (True, False, True)
    """
    known = alive(owner)
    return (not heartbeat.isdigit() or silence(heartbeat) < DAY) if known is None else known


def require(run: Run) -> None:
    """Make sure that this process still writes a run.

    Raises:
        TakenOverError: another one took it over, while this one could not reach the store.
    """
    now = run.data.tags.get(Tag.OWNER, "")
    if now != here():
        raise TakenOverError(
            f"Expected run {run.info.run_id} to be written by this process. Received: one that "
            f"was taken over by another ({' '.join(now.split()[:2]) or 'closed'}), after this one "
            f"gave no sign of life for {SILENT:.0f} s"
        )


def silence(heartbeat: str) -> float:
    """How long ago a heartbeat was, in seconds by this machine's clock; of none, for ever."""
    return max(0.0, time.time() - float(heartbeat)) if heartbeat.isdigit() else float("inf")


@contextmanager
def beating(client: "Client", run_id: str) -> Iterator[None]:
    """Give signs of life meanwhile, for processes on other machines; needless beside a file.

    Args:
        client: the open store.
        run_id: the run that this process writes.
    """
    if client.location.folder is not None:  # whoever writes holds a lock, which the kernel frees
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(client, run_id, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=1)


def _beat(client: "Client", run_id: str, over: threading.Event) -> None:
    from mlflow.exceptions import MlflowException

    while True:
        with suppress(MlflowException):  # the writing process notices by itself that it is away
            client.plain.set_tag(run_id, Tag.HEARTBEAT.value, str(int(time.time())))
        if over.wait(BEAT):
            return


def _machine() -> str:
    """Name this boot of the kernel and the namespace of process numbers; empty if it has none."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return ""
    return f"{boot}/{namespace.removeprefix('pid:')}"


def _started(pid: int) -> str:
    """When a process started, in the kernel's ticks since it booted; empty if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()  # the name before may have blanks
    return "" if state == "Z" else fields[18]  # field 22; Z has ended, and its parent not noticed


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and somebody else's
        return True
    return True
