"""Which process owns a run, and which may resume it."""

import socket
import subprocess
import sys
import time
from typing import Any

import pytest

from contract.definitions import ROOT
from contract.names import Tag
from lib.tracking import StoreError, Study
from lib.tracking.runs import owner
from lib.tracking.store.location import Location
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS, Numbers
from tests.lib.tracking.test_study import runs_of

ELSEWHERE = "other 7 another-boot/[1] 99"
PULSE = """
import sqlite3, sys, time
_, path, run_id = sys.argv
store = sqlite3.connect(path, isolation_level=None)
for beat in range(100):
    values = str(beat), run_id
    store.execute("UPDATE tags SET value = ? WHERE run_uuid = ? AND key = 'heartbeat'", values)
    print(beat, flush=True)
    time.sleep(0.05)
"""


def searched(study: Study) -> Any:
    """Search, as far as the environment's `STOP_AFTER` allows."""
    return study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=9)


def left(study: Study, who: str, heartbeat: str = "") -> str:
    """Begin a search, and leave it as a process does that is killed without a word."""
    with pytest.raises(KeyboardInterrupt):
        searched(study)
    (run,) = (run for run in runs_of(study) if run.data.tags[Tag.KIND] == "stage")
    run_id = str(run.info.run_id)
    study.client.update_run(run_id, status="RUNNING")
    study.client.set_tag(run_id, Tag.OWNER, who)
    study.client.set_tag(run_id, Tag.HEARTBEAT, heartbeat)
    return run_id


@pytest.fixture
def served(study: Study, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study whose store is taken for a server's: no lock there tells who lives."""
    monkeypatch.setattr(owner, "BEAT", 0.2)
    monkeypatch.setattr(owner, "SILENT", 0.8)
    monkeypatch.setattr(owner, "SETTLED", 0.01)
    study.client.location = study.location = Location(study.location.uri, None)
    monkeypatch.setenv("STOP_AFTER", "2")
    return study


def test_a_search_goes_on_under_another_host_name(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOP_AFTER", "2")
    run_id = left(study, ELSEWHERE)
    monkeypatch.setattr(socket, "gethostname", lambda: "renamed")
    monkeypatch.setenv("STOP_AFTER", "9")
    assert searched(study).run_id == run_id
    assert [call for call in CALLS if call.startswith("trial")] == [
        "trial 8", "trial 16", "trial 32", "trial 64",
    ]  # fmt: skip


def test_a_process_is_known_by_more_than_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host, _, machine, _ = owner.here().split()
    its = f"{host} {process.pid} {machine} {owner._started(process.pid)}"
    monkeypatch.setattr(socket, "gethostname", lambda: "renamed")
    assert owner.alive(its) is True
    assert owner.alive(f"{host} {process.pid} {machine} 1") is False  # its number, given out again
    assert owner.alive(ELSEWHERE) is None
    process.communicate(b"\n")
    assert owner.alive(its) is False


@pytest.mark.parametrize("text", ["x", "x y", "x -1 m s", "x 99999999999999999999 m s", "x" * 9999])
def test_an_odd_owner_is_one_that_nobody_knows(text: str) -> None:
    assert owner.alive(text) is None


def test_a_silent_process_of_another_machine_is_followed(
    served: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = left(served, ELSEWHERE, str(int(time.time())))
    monkeypatch.setenv("STOP_AFTER", "9")
    assert searched(served).run_id == run_id


def test_one_with_a_pulse_is_left_alone(served: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = left(served, ELSEWHERE, "1")  # long ago, by this machine's clock
    program = [sys.executable, "-c", PULSE, str(served.location.database), run_id]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setattr(owner, "SILENT", 60.0)
    monkeypatch.setenv("STOP_AFTER", "9")
    try:
        assert searched(served).run_id != run_id
    finally:
        process.kill()
        process.communicate()
    assert served.client.get_run(run_id).data.tags[Tag.OWNER] == ELSEWHERE


def test_who_was_taken_over_stops_and_leaves_the_run_to_the_other(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    find = study.trials.find

    def find_and_take(*args: Any, **kwargs: Any) -> Any:
        (run,) = runs_of(study)
        taken.append(run.info.run_id)
        study.client.set_tag(taken[0], Tag.OWNER, ELSEWHERE)
        return find(*args, **kwargs)

    monkeypatch.setattr(study.trials, "find", find_and_take)
    with pytest.raises(StoreError, match="taken over by another"):
        searched(study)
    run = study.client.get_run(taken[0])
    assert run.info.status == "RUNNING"
    assert run.data.tags[Tag.OWNER] == ELSEWHERE
