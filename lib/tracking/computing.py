"""Where a study's stages are computed, and how experiments run at the same time."""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lib import progress
from lib.tracking.fingerprint import OutsideFingerprint
from lib.tracking.results import Results
from lib.training.mode import Mode, computing

STOPPING = 10.0  # seconds for the experiments side by side to close their runs after Ctrl-C


@dataclass(frozen=True)
class Workers(OutsideFingerprint):
    """The processes that evaluate in parallel; affects a study's duration, not its results.

    Args:
        count: processes of one thread each.
        cluster: address of a Dask scheduler that has the workers; None for this machine.
        mode: how their networks compute; set by `Study.stage`.
    """

    count: int = 2
    cluster: str | None = None
    mode: Mode = field(default_factory=Mode)


class Compute(Protocol):
    """Calls stages; see `lib.tuning.Apart`, which does it in worker processes."""

    def __call__(
        self, function: Callable[..., Results], inputs: Mapping[str, Any], mode: Mode
    ) -> Results:
        """Call a stage that starts no workers of its own."""

    def stop(self) -> None:
        """End what is running at once; its callers get a KeyboardInterrupt."""


class Here:
    """Calls stages in this process, as a debugger wants it."""

    def __call__(
        self, function: Callable[..., Results], inputs: Mapping[str, Any], mode: Mode
    ) -> Results:
        """Call a stage."""
        with computing(mode):
            return function(**inputs)

    def stop(self) -> None:
        """There is nothing to end."""


def side_by_side(calls: Sequence[Callable[[], Any]], stop: Callable[[], None]) -> list[Any]:
    """Make calls at the same time, each in a thread of its own.

    One that fails does not stop the others; what it raised is raised when they have ended.

    Args:
        calls: what to call.
        stop: ends at once what they wait for; called on Ctrl-C.

    Returns:
        What each returned.
    """
    threads = [_Thread(call) for call in calls]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.ended.wait()
    except KeyboardInterrupt:
        stop()
        for thread in threads:
            thread.ended.wait(STOPPING)
        raise
    return [thread.result() for thread in threads]


class _Thread(threading.Thread):
    """Makes a call; a daemon, so that nothing it waits for can keep the process alive.

    Wait for `ended`: Python takes a thread for stopped whose `join` Ctrl-C has interrupted.
    """

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self._call = call
        self._returned: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._returned = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again by `result`
            self._error = error
        finally:
            self.ended.set()

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._returned


@functools.cache
def say_float32() -> None:
    """Say once that this processor gains nothing by mixed precision."""
    progress.note(
        "This processor does not compute faster with bfloat16: networks are trained in float32, "
        "which may take twice as long as the README says"
    )
