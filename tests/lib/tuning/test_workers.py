"""Workers share inputs, use one thread, die without affecting others and leave none behind."""

import gc
import os
import signal
import subprocess
import textwrap
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import joblib
import keras
import numpy as np
import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from lib import training
from lib.models import classifier
from lib.tracking import Workers
from lib.training.mode import Mode
from lib.tuning import WorkerDiedError, processes
from lib.tuning.workers import WorkerPool
from tests.lib.tuning import toys
from tests.lifetimes import ENDINGS, needs_proc, running, wait_until


def test_results_come_in_the_order_of_the_jobs_and_inputs_as_read_only_maps() -> None:
    images = np.full((100, 28, 28), 3, np.uint8)
    found = toys.side_by_side(
        toys.surroundings,
        [{"number": number} for number in range(5)],
        workers=Workers(2),
        images=images,
        label="shirt",
    )
    assert [result["number"] for result in found] == [0, 1, 2, 3, 4]
    assert {result["sum"] for result in found} == {3 * 100 * 28 * 28}
    assert {result["label"] for result in found} == {"shirt"}
    assert {result["threads"] for result in found} == {"11"}
    assert all(result["mapped"] and not result["writeable"] for result in found)
    assert 1 <= len({result["pid"] for result in found} - {os.getpid()}) <= 2
    if len(os.sched_getaffinity(0)) == 2:  # then two workers fill the machine
        assert {result["cores"] for result in found} == {1}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(Workers(2), {}) as pool:
        yield pool


def test_an_error_that_cannot_be_read_back_costs_its_own_job_alone(pool: WorkerPool) -> None:
    jobs = [{"number": number, "failing": 1} for number in range(4)]
    outcomes = sorted(pool.run(toys.fail_for, jobs), key=lambda outcome: outcome.job)
    assert [outcome.value for outcome in outcomes] == [0, None, 4, 9]
    assert "un-serialize" in str(outcomes[1].error)


def test_workers_stay_for_the_next_stage_but_not_its_inputs() -> None:
    found = [
        toys.side_by_side(
            toys.surroundings,
            [{"number": 0}],
            workers=Workers(1),
            images=np.full((2, 2), value, np.uint8),
            label="coat",
        )[0]
        for value in (1, 2)
    ]
    assert found[0]["pid"] == found[1]["pid"]
    assert [result["sum"] for result in found] == [4, 8]


def test_a_worker_that_dies_while_it_rests_is_replaced(pool: WorkerPool) -> None:
    inputs = {"images": np.zeros(1, np.uint8), "label": "bag"}
    pids = []
    for _ in range(2):
        (outcome,) = pool.run(toys.surroundings, [{"number": 1, **inputs}])
        pids.append(outcome.value["pid"])
        os.kill(pids[-1], signal.SIGKILL)
        assert wait_until(lambda: not Path(f"/proc/{pids[-1]}").exists(), 10)
        time.sleep(0.2)  # for its parent to notice
    assert pids[0] != pids[1]


def test_a_worker_that_has_grown_is_replaced_between_two_jobs_without_a_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    few = 32 << 20  # growing by a gigabyte takes seconds
    jobs = [{"size": 1}, {"size": 2 * few, "limit": few}, {"size": 1}]
    found = toys.side_by_side(toys.keeping, jobs, workers=Workers(1))
    (first, grown, fresh), allowed = zip(*found, strict=True)
    assert first == grown != fresh
    assert set(allowed) == {processes.LEAK}
    assert capfd.readouterr().err == ""


def test_a_round_that_is_given_up_frees_its_workers(pool: WorkerPool, tmp_path: Path) -> None:
    jobs = [{"seconds": 0.0, "folder": tmp_path}, {"seconds": 60.0, "folder": tmp_path}]
    outcomes = pool.run(toys.sleeping, jobs)
    next(outcomes)
    outcomes.close()
    started = time.monotonic()
    assert len(list(pool.run(toys.sleeping, jobs[:1] * 2))) == 2
    assert time.monotonic() - started < 20


def test_the_next_job_runs_while_an_outcome_is_recorded(tmp_path: Path) -> None:
    jobs = [{"seconds": 0.0, "folder": tmp_path / name} for name in ("first", "second")]
    for job in jobs:
        Path(str(job["folder"])).mkdir()
    with WorkerPool(Workers(1), {}) as pool:
        outcomes = pool.run(toys.sleeping, jobs)
        assert next(outcomes).job == 0
        # Nobody asks for the second outcome yet.
        wait_until(lambda: any((tmp_path / "second").iterdir()), 30)
        assert [outcome.job for outcome in outcomes] == [1]


class Stopping:
    """A single worker that is stopped as soon as its first job has ended."""

    attempts = 1

    def __init__(self) -> None:
        self._future: Future[Any] = Future()

    def start(self, *_: object, wait: bool) -> Future[Any] | None:
        if self._future.done():
            raise KeyboardInterrupt
        if not wait:
            return None
        threading.Timer(0.05, self._future.set_result, [("made", 1.0)]).start()
        return self._future

    def release(self, future: Future[Any]) -> None:
        assert future.done()

    def death(self, error: BaseException | None) -> None:
        assert error is None


def test_what_has_ended_is_handed_over_before_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, backend = WorkerPool(Workers(1), {}), Stopping()
    monkeypatch.setattr(pool, "_start", lambda: backend)
    outcomes = pool.run(toys.sleeping, [{}, {}])
    assert next(outcomes).value == "made"
    with pytest.raises(KeyboardInterrupt):
        next(outcomes)


def test_a_worker_that_dies_costs_its_own_job_a_repetition_and_no_other_job_anything(
    pool: WorkerPool, tmp_path: Path
) -> None:
    jobs = [{"units": units, "folder": tmp_path} for units in (1, 2, 3, 4)]
    outcomes = sorted(pool.run(toys.dying, jobs), key=lambda outcome: outcome.job)
    assert [outcome.value for outcome in outcomes] == [1, None, 3, 4]
    assert isinstance(outcomes[1].error, WorkerDiedError)
    assert "SIGKILL" in str(outcomes[1].error)
    attempts = sorted(path.name for path in tmp_path.iterdir())
    assert attempts == ["1-0", "1-1", "2-0", "2-1", "3-0", "4-0"]


def search(pids: Path) -> list[str]:
    """Arguments of Python that keep two workers busy, each of which notes its number."""
    script = f"""
        from pathlib import Path
        from lib.tracking import Workers
        from tests.lib.tuning import toys

        jobs = [{{"seconds": 60.0}}] * 2
        folder = Path({str(pids)!r})
        toys.side_by_side(toys.sleeping, jobs, workers=Workers(2), folder=folder)
    """
    return ["-c", textwrap.dedent(script)]


@needs_proc
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_worker_and_no_file_outlives_its_parent(ending: signal.Signals, tmp_path: Path) -> None:
    pids, scratch = tmp_path / "pids", tmp_path / "scratch"
    pids.mkdir()
    scratch.mkdir()
    with running(search(pids), {"TMPDIR": str(scratch)}, stderr=subprocess.PIPE) as program:
        assert wait_until(lambda: len(list(pids.iterdir())) == 2, 60)
        program.process.send_signal(ending)
        _, errors = program.process.communicate(timeout=120)
        assert program.left() == {}
    assert ("KeyboardInterrupt" in errors) == (ending == signal.SIGINT)
    assert wait_until(lambda: not list(scratch.iterdir()), 10)


@needs_proc
def test_no_worker_outlives_a_parent_that_was_killed_while_it_started(tmp_path: Path) -> None:
    with running(search(tmp_path), stderr=subprocess.DEVNULL) as program:
        assert wait_until(lambda: "popen_loky" in " ".join(program.alive().values()), 60)
        program.process.kill()
        assert program.left() == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", [lambda: None, Path.touch])
def test_a_function_that_no_module_holds_by_name_is_refused(function: object) -> None:
    with pytest.raises(ValueError, match="Expected a function of a module"):
        toys.side_by_side(function, [{}], workers=Workers(1))  # type: ignore[arg-type]


def test_there_must_be_a_worker() -> None:
    with pytest.raises(ValueError, match="Expected at least one worker"):
        toys.side_by_side(toys.sleeping, [], workers=Workers(0))


class Knot:
    """Refers to itself, as a network does."""

    def __init__(self) -> None:
        self.itself = self


def leave_a_knot(left: list[weakref.ref[Knot]]) -> None:
    left.append(weakref.ref(Knot()))


def test_a_long_job_leaves_no_garbage_in_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = tmp_path / "inputs.joblib"
    joblib.dump({}, inputs)
    left: list[weakref.ref[Knot]] = []
    gc.disable()  # so that nothing is collected by chance
    gc.freeze()  # all that other tests hold need not be looked through
    try:
        processes._call(leave_a_knot, {"left": left}, inputs, Mode())
        assert left[0]() is not None
        monkeypatch.setattr(processes, "LONG", 0.0)
        processes._call(leave_a_knot, {"left": left}, inputs, Mode())
    finally:
        gc.unfreeze()
        gc.enable()
    assert [one() for one in left] == [None, None]


def train(graphs: list[weakref.ref[FuncGraph]]) -> None:
    """Train a network, and list the graphs that TensorFlow has traced for it."""
    training.set_seed(1)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    classifier.compile_classifier(model, learning_rate=0.1)
    x, y = np.eye(2, dtype=np.float32), np.arange(2)
    training.fit(model, x, y, epochs=1, batch_size=2, seed=1)
    graphs += [weakref.ref(one) for one in gc.get_objects() if isinstance(one, FuncGraph)]


def test_a_training_leaves_no_graph_in_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LONG", 0.0)
    inputs = tmp_path / "inputs.joblib"
    joblib.dump({}, inputs)
    graphs: list[weakref.ref[FuncGraph]] = []
    gc.freeze()  # then `get_objects` leaves out the graphs of other tests
    try:
        processes._call(train, {"graphs": graphs}, inputs, Mode())
    finally:
        gc.unfreeze()
    assert len(graphs) > 1
    assert [one() for one in graphs if one() is not None] == []
