"""Where a study's stages are computed, and how experiments run at the same time."""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lib import progress
from lib.tracking.fingerprint import OutsideFingerprint
from lib.tracking.results import Results
from lib.training.mode import TRACED, Mode, computing

STOPPING = 10.0  # seconds for concurrent experiments to close their runs after Ctrl-C


@dataclass(frozen=True)
class Workers(OutsideFingerprint):
    """The processes that evaluate in parallel; affects a study's duration, not its results.

    Args:
        count: number of processes, of one thread each.
        cluster: address of the Dask scheduler of the workers; None for this machine.
        mode: how their networks compute; set by `Study.stage`.
    """

    count: int = 2
    cluster: str | None = None
    mode: Mode = TRACED


class Compute(Protocol):
    """Calls stages; see `lib.tuning.Apart`, which does it in worker processes."""

    def __call__(
        self, function: Callable[..., Results], inputs: Mapping[str, Any], mode: Mode
    ) -> Results:
        """Call a stage that starts no workers of its own."""

    def stop(self) -> None:
        """Stop what is running immediately; its callers get a KeyboardInterrupt."""


class Here:
    """Calls stages in this process, as debugging requires."""

    def __call__(
        self, function: Callable[..., Results], inputs: Mapping[str, Any], mode: Mode
    ) -> Results:
        """Call a stage."""
        with computing(mode):
            return function(**inputs)

    def stop(self) -> None:
        """Do nothing: no stage runs elsewhere."""


def side_by_side(calls: Sequence[Callable[[], Any]], stop: Callable[[], None]) -> list[Any]:
    """Make calls at the same time, each in its own thread.

    If one fails, the others go on; its error is raised when they have ended.

    Args:
        calls: functions without arguments.
        stop: immediately ends what they wait for; called on Ctrl-C.

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

    Wait for `ended`: after Ctrl-C has interrupted its `join`, Python considers a thread stopped.
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
    """Say once that this processor gains nothing from mixed precision."""
    progress.note(
        "This processor does not compute faster with bfloat16: networks are trained in float32, "
        "which may take twice as long as the README says"
    )
