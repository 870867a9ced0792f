"""Experiments run side by side: each stage in a worker, with a run of its own."""

import signal
import sqlite3
import subprocess
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.names import Profile
from lib.tracking import NotYetRunError, Results, Study, Workers, computing
from lib.training import precision
from lib.tuning import Apart, WorkerDiedError
from tests.lib.tracking import staged
from tests.lifetimes import needs_proc, running, wait_until

TWO = Workers(2)


@pytest.fixture
def study(folder: Path) -> Callable[..., Study]:
    assert (folder / "mlflow.db").is_file()

    def opened(**options: Any) -> Study:
        return Study("fashion", profile=Profile.SMOKE, workers=TWO, **options)

    return opened


def test_a_stage_in_a_worker_comes_to_the_bits_that_it_comes_to_here(
    study: Callable[..., Study],
) -> None:
    here = study(fresh=True).stage(staged.noise, seed=7, number=3)
    apart = study(fresh=True, compute=Apart(TWO)).stage(staged.noise, seed=7, number=3)
    assert here.arrays["noise"].tobytes() == apart.arrays["noise"].tobytes()
    assert here.metrics["mean_score"] == apart.metrics["mean_score"]
    assert here.params["process"] != apart.params["process"]
    assert here.computation == apart.computation


def test_earlier_results_reach_a_worker(study: Callable[..., Study]) -> None:
    opened = study(compute=Apart(TWO))
    noise = opened.stage(staged.noise, seed=7, number=3)
    doubled = opened.stage(staged.doubled, noise=noise)
    np.testing.assert_array_equal(doubled.arrays["noise"], 2 * noise.arrays["noise"])


def test_experiments_side_by_side_meet_and_return_in_order(
    study: Callable[..., Study], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def run(stage: Callable[..., Results]) -> Callable[[Study], Results]:
        return lambda study: study.stage(stage, folder=str(tmp_path))

    opened = study(compute=Apart(TWO))
    first, second = opened.side_by_side(run(staged.meets_second), run(staged.meets_first))
    assert (first.params["name"], second.params["name"]) == ("first", "second")
    assert set(opened.seen) == {"staged.meets_first", "staged.meets_second"}
    shown = capfd.readouterr().err
    for name in ("staged.meets_first", "staged.meets_second"):
        assert f"{name}: step 1 of 2, met" in shown


def test_one_that_fails_lets_the_others_end_and_is_then_raised(
    study: Callable[..., Study],
) -> None:
    opened = study(compute=Apart(TWO))
    with pytest.raises(ZeroDivisionError, match="planted"):
        opened.side_by_side(
            lambda study: study.stage(staged.failing),
            lambda study: study.stage(staged.noise, seed=1, number=2),
        )
    assert set(opened.seen) == {"staged.noise"}
    planned = study(plan=True)
    assert planned.stage(staged.noise, seed=1, number=2).metrics["mean_score"] < 1
    with pytest.raises(NotYetRunError):
        planned.stage(staged.failing)
    assert "ZeroDivisionError: planted" in planned.last_failure("staged.failing")


def test_a_worker_that_dies_twice_costs_its_stage_alone(study: Callable[..., Study]) -> None:
    opened = study(compute=Apart(TWO))
    with pytest.raises(WorkerDiedError, match="SIGKILL"):
        opened.stage(staged.dying)
    assert "SIGKILL" in opened.last_failure("staged.dying")
    assert opened.stage(staged.noise, seed=1, number=2).metrics["mean_score"] < 1


def test_where_nothing_computes_apart_experiments_run_one_after_the_other(
    study: Callable[..., Study],
) -> None:
    def run(study: Study) -> tuple[str, threading.Thread]:
        return study.stage(staged.noise, seed=1, number=2).run_id, threading.current_thread()

    first, second = study().side_by_side(run, run)
    assert first == second
    assert first[1] is threading.current_thread()


@needs_proc
def test_ctrl_c_ends_all_of_them_and_their_runs_say_so(tmp_path: Path, folder: Path) -> None:
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}"}
    script = f"""
        from contract.names import Profile
        from lib.tracking import Study, Workers
        from lib.tuning import Apart
        from tests.lib.tracking import staged

        def run(name):
            return lambda study: study.stage(staged.long, folder={str(tmp_path)!r}, name=name)

        study = Study("fashion", profile=Profile.SMOKE, compute=Apart(Workers(2)))
        study.side_by_side(run("one"), run("other"))
    """
    arguments = ["-c", textwrap.dedent(script)]
    begun = [tmp_path / "one", tmp_path / "other"]
    with running(arguments, store, stderr=subprocess.PIPE) as program:
        assert wait_until(lambda: all(path.exists() for path in begun), 120)
        program.process.send_signal(signal.SIGINT)
        _, errors = program.process.communicate(timeout=60)
        assert program.left() == {}
    assert "KeyboardInterrupt" in errors, errors
    with sqlite3.connect(folder / "mlflow.db") as opened:
        statuses = [status for (status,) in opened.execute("SELECT status FROM runs")]
    assert statuses == ["KILLED", "KILLED"], errors


def test_a_processor_without_bfloat16_is_told_of_once_and_logged(
    study: Callable[..., Study],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    computing.say_float32.cache_clear()  # another test may have been told
    found = []
    for gains in (False, True):
        monkeypatch.setattr(precision, "gains", lambda gains=gains: gains)
        opened = study(fresh=True)
        found += [
            opened.stage(staged.noise, precision="mixed", seed=seed, number=2) for seed in (1, 2)
        ]
    assert [each.params["dtype_policy"] for each in found] == (
        ["float32"] * 2 + ["mixed_bfloat16"] * 2
    )
    assert {each.params["precision"] for each in found} == {"mixed"}
    # What is asked for is the same on both, so a store that moves is not stale.
    assert found[0].computation == found[2].computation
    assert capfd.readouterr().err.count("networks are trained in float32") == 1


# One worker: many tests had it import TensorFlow already.
@pytest.mark.parametrize("compute", [None, Apart(Workers(1))])
def test_networks_of_the_smoke_profile_compute_eagerly(
    study: Callable[..., Study], compute: Apart | None
) -> None:
    smoke = study(compute=compute)
    found = smoke.stage(staged.computes)
    assert (found.params["ran"], found.params["eager"]) == (True, True)
    assert "eager" not in smoke.stage(staged.noise, seed=1, number=2).params
    quick = Study("fashion", profile=Profile.QUICK, compute=compute).stage(staged.computes)
    assert quick.params["ran"] is False
    assert "eager" not in quick.params
