"""Say which process writes a run, so that others can tell whether it is still at it."""

import os
import socket


def here() -> str:
    """Name this process, as the tag `owner` of a run has it."""
    return f"{socket.gethostname()} {os.getpid()}"


def on_this_machine(owner: str) -> bool:
    """Whether an owner is, or was, a process of this machine."""
    return owner.partition(" ")[0] == socket.gethostname()


def may_be_alive(owner: str) -> bool:
    """Whether a process may still be there; of another machine's, nobody here can tell.

    >>> may_be_alive(here()), may_be_alive("elsewhere 1"), may_be_alive("")
    (True, True, False)
    """
    if not on_this_machine(owner):
        return bool(owner)
    try:
        os.kill(int(owner.partition(" ")[2]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and somebody else's
        return True
    return True
