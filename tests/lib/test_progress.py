"""Progress on a stream that is no terminal: a line a step, and an honest time left."""

import logging

import pytest

from lib import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test sets: its last element is now."""
    now = [0.0]
    monkeypatch.setattr("lib.progress.time.monotonic", lambda: now[-1])
    return now


def test_each_step_is_a_line_with_what_is_left(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("classification.initial"):
        clock.append(10.0)
        progress.epoch(1, 3, {"val_loss": 0.25})
        clock.append(20.0)
        progress.epoch(2, 3, {"val_loss": 0.125})
        clock.append(30.0)
        progress.epoch(3, 3, {"val_loss": 0.0625})
    assert capfd.readouterr().err.splitlines() == [
        "classification.initial: started",
        "classification.initial: epoch 1 of 3, val_loss 0.2500, about 20.0 s left",
        "classification.initial: epoch 2 of 3, val_loss 0.1250, about 10.0 s left",
        "classification.initial: epoch 3 of 3, val_loss 0.0625",
        "classification.initial: done in 30.0 s",
    ]


def test_trials_that_were_found_do_not_make_the_rest_look_short(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("classification.tuning"):
        for found in (1, 2, 3):
            progress.trial(found, 5)
        clock.append(60.0)
        progress.trial(4, 5)
    lines = capfd.readouterr().err.splitlines()
    assert lines[1:4] == [f"classification.tuning: trial {number} of 5" for number in (1, 2, 3)]
    assert lines[4] == "classification.tuning: trial 4 of 5, about 1 min 0 s left"


def test_the_longest_steps_first_do_not_make_the_rest_look_long(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("food.final"):
        for done, minute in enumerate((10, 20, 21, 22), start=1):
            clock.append(60.0 * minute)
            progress.trial(done, 8)
    assert (
        capfd.readouterr().err.splitlines()[4] == "food.final: trial 4 of 8, about 4 min 0 s left"
    )


def test_workers_that_end_at_the_same_time_do_not_make_the_rest_look_short(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("classification.tuning"):
        for done, second in enumerate((20.0, 20.1, 40.0, 40.1), start=1):
            clock.append(second)
            progress.trial(done, 6)
    left = [line.rpartition("about ")[2] for line in capfd.readouterr().err.splitlines()[1:5]]
    assert left == ["1 min 40 s left", "40.2 s left", "30.0 s left", "20.0 s left"]


def test_a_second_training_in_a_stage_is_counted_by_itself(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("classification.final"):
        for second, epoch in ((10, 1), (20, 2), (100, 1), (103, 2)):
            clock.append(float(second))
            progress.epoch(epoch, 4, {})
    lines = capfd.readouterr().err.splitlines()
    assert lines[2] == "classification.final: epoch 2 of 4, about 20.0 s left"
    assert lines[3] == "classification.final: epoch 1 of 4"
    assert lines[4] == "classification.final: epoch 2 of 4, about 6.0 s left"


def test_nothing_is_shown_outside_a_stage(capfd: pytest.CaptureFixture[str]) -> None:
    progress.epoch(1, 2, {"val_loss": 1.0})
    progress.trial(1, 2)
    assert capfd.readouterr().err == ""


def test_markup_in_names_is_printed_and_not_interpreted(
    capfd: pytest.CaptureFixture[str],
) -> None:
    progress.note("[red]classification[/red]")
    assert capfd.readouterr().err == "[red]classification[/red]\n"


def test_what_tensorflow_says_of_tracing_is_kept_out(capfd: pytest.CaptureFixture[str]) -> None:
    progress.keep_clear()
    logging.getLogger("tensorflow").warning("5 out of the last 5 calls triggered retracing")
    assert capfd.readouterr().err == ""
