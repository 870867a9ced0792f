"""Identify the process that writes a run, so that others can tell whether it is still running.

An owner is `HOST PID MACHINE START`. The host name is for people: containers and laptops change it.
MACHINE is the kernel's boot id and its PID namespace, START the start time of the process; with the
PID they never occur twice. For a process on another machine, only its heartbeat shows whether it is
alive.
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
from lib.tracking.store.location import StoreError

if TYPE_CHECKING:
    from lib.tracking.store.client import Client

BEAT = 15.0  # seconds between two heartbeats
SILENT = 180.0  # seconds without a heartbeat after which a process counts as dead; above `PATIENCE`
DAY = 24 * 3600.0
SETTLED = 2.0  # seconds after which claims made at the same moment have all arrived
FEW_BEATS = 3  # heartbeats that must be missed while watching, however the two clocks differ


class TakenOverError(StoreError):
    """Another process has taken over a run."""


def here() -> str:
    """Name this process, in the form of a run's tag `owner`."""
    name = f"{socket.gethostname()} {os.getpid()}"
    started = _started(os.getpid())
    return f"{name} {_machine()} {started}" if started and _machine() else name


def alive(owner: str) -> bool | None:
    """Tell whether an owner is still running; None if this process cannot know.

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
    """Tell whether a process may still write a run; if unknown, until its heartbeat is a day old.

    >>> may_be_alive(here(), ""), may_be_alive("elsewhere 1", "1"), may_be_alive("elsewhere 1", "")
    (True, False, True)
    """
    known = alive(owner)
    return (not heartbeat.isdigit() or silence(heartbeat) < DAY) if known is None else known


def require(run: Run) -> None:
    """Make sure that this process still owns a run.

    Raises:
        TakenOverError: another process took it over while this one could not reach the store.
    """
    now = run.data.tags.get(Tag.OWNER, "")
    if now != here():
        raise TakenOverError(
            f"Expected run {run.info.run_id} to be written by this process. Received: one that "
            f"was taken over by another ({' '.join(now.split()[:2]) or 'closed'}), after this one "
            f"gave no sign of life for {SILENT:.0f} s"
        )


def silence(heartbeat: str) -> float:
    """Return a heartbeat's age in seconds, by this machine's clock; infinity if there is none."""
    return max(0.0, time.time() - float(heartbeat)) if heartbeat.isdigit() else float("inf")


@contextmanager
def beating(client: "Client", run_id: str) -> Iterator[None]:
    """Send heartbeats inside the block, for processes on other machines; not for an SQLite file.

    Args:
        client: the open store.
        run_id: the run that this process writes.
    """
    if client.location.folder is not None:  # the writer holds a lock, which the kernel frees
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
        with suppress(MlflowException):  # the main thread handles an unreachable server
            client.plain.set_tag(run_id, Tag.HEARTBEAT.value, str(int(time.time())))
        if over.wait(BEAT):
            return


def _machine() -> str:
    """Return the kernel's boot id and PID namespace; empty if the system does not tell."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return ""
    return f"{boot}/{namespace.removeprefix('pid:')}"


def _started(pid: int) -> str:
    """Return a process's start time in clock ticks since boot; empty if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()  # the name before may contain blanks
    return "" if state == "Z" else fields[18]  # field 22; Z is a zombie, which has ended


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it exists, and belongs to another user
        return True
    return True
