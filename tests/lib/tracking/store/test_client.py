"""A server that is away for a while costs a study nothing, and one that stays away a sentence."""

import errno
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow.exceptions import MlflowException
from requests.exceptions import ConnectionError as NotConnected

from lib.tracking import StageError, StoreError, Study, store
from lib.tracking.store import client, failures, opening
from lib.tracking.store.location import Location
from tests.lib.tracking.stages import CALLS
from tests.lib.tracking.test_study import measured, runs_of


class Faulty:
    """MlflowClient whose calls fail for a while, before or after the server has done its work."""

    def __init__(self, plain: Any, times: int, *, done: bool = False) -> None:
        self._plain, self._times, self._done = plain, times, done

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._times > 0 and name.startswith(("create", "log", "set")):
                self._times -= 1
                if self._done:
                    getattr(self._plain, name)(*args, **kwargs)
                try:
                    raise NotConnected("refused")
                except NotConnected:
                    raise MlflowException(f"API request to {name} failed")  # noqa: B904  # as MLflow
            return getattr(self._plain, name)(*args, **kwargs)

        return call


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.01)


@pytest.mark.parametrize("done", [False, True])
def test_calls_are_made_again_and_double_nothing(
    study: Study, capfd: pytest.CaptureFixture[str], done: bool
) -> None:
    for _ in range(3):  # the run, its tags, its metrics
        study.client.plain = Faulty(study.client.plain, 3, done=done)
    results = measured(study)
    assert CALLS == ["measure"]
    assert [run.info.run_id for run in runs_of(study)] == [results.run_id]
    assert len(study.client.get_metric_history(results.run_id, "train_loss")) == 3
    said = capfd.readouterr().err
    assert "Results are kept" in said
    assert "answers again" in said


def test_after_its_patience_a_study_ends_with_one_sentence(study: Study) -> None:
    study.client.plain = Faulty(study.client.plain, 10**9)
    study.client._patience = 0.1
    with pytest.raises(StoreError, match=r"to answer within 0\.1 s\. Received: .*"):
        measured(study)


def test_a_server_that_takes_the_call_and_says_nothing_is_named_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(opening, "FIRST_ANSWER", 0.3)
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        opening._quiet()
        from mlflow.tracking import MlflowClient

        assert MlflowClient  # imported, so that what is timed is the server
        begun = time.monotonic()
        with pytest.raises(StoreError, match=f"{uri} .no answer within"):
            store.connect(Location(uri, None))
        assert time.monotonic() - begun < 15


def test_a_full_disk_is_named_by_where_it_is_mounted(tmp_path: Path) -> None:
    location = Location(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path)
    error = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "a" / "b.npy"))
    said = str(failures.full(error))
    assert "Expected room on the disk at /" in said
    assert str(tmp_path / "a" / "b.npy") in said
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (x)")
    database.execute("PRAGMA max_page_count = 3")
    with pytest.raises(sqlite3.OperationalError) as raised:
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 4000,)] * 9)
    database.close()
    assert "Expected room on the disk at" in str(failures.explained(raised.value, location))


def test_other_errors_are_not_taken_for_a_full_disk() -> None:
    assert failures.full(OSError(errno.EACCES, "Permission denied", "/etc/shadow")) is None
    assert failures.full(StageError("loss=nan")) is None
