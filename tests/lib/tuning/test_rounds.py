"""Rounds of trials: one numbering, one pool, found again after a kill, as those of a search."""

import pytest

from lib.tracking import Workers
from lib.tuning import Rounds, SearchFailedError, Trial, steps_away
from tests.lib.tuning.toys import MemoryLog, failing, hill

ONE = Workers(count=1)


def silent(done: int, total: int, trial: Trial) -> None:
    """Show nothing."""


def climb(log: MemoryLog) -> list[Trial]:
    with Rounds(
        hill, objective="best_val_score", trials=log, workers=ONE, on_trial=silent
    ) as rounds:
        first = rounds.run([({"rate": 0.1, "layers": 2}, 7), ({"rate": 0.01, "layers": 2}, 7)])
        better = max(first, key=lambda trial: trial.measured("best_val_score") or 0.0)
        rounds.run([({**better.values, "layers": 5}, 7)])
        found = rounds.finish()
    assert found.best.values == {"rate": 0.01, "layers": 5}
    return list(found.trials)


def test_later_rounds_go_on_with_the_numbers() -> None:
    trials = climb(MemoryLog())
    assert [trial.number for trial in trials] == [1, 2, 3]
    assert [trial.measured("best_val_score") for trial in trials] == pytest.approx(
        [0.86, 0.91, 1.0]
    )


def test_trials_are_counted_to_what_has_been_asked_for_so_far() -> None:
    shown: list[tuple[int, int]] = []
    with Rounds(
        hill,
        objective="best_val_score",
        trials=MemoryLog(),
        workers=ONE,
        on_trial=lambda done, total, _: shown.append((done, total)),
    ) as rounds:
        rounds.run([({"rate": 0.1, "layers": layers}, 7) for layers in (1, 2)])
        rounds.run([({"rate": 0.1, "layers": 3}, 7)])
    assert shown == [(1, 2), (2, 2), (3, 3)]


def test_a_second_climb_finds_all_trials_of_the_first() -> None:
    log = MemoryLog()
    climb(log)
    log.recorded.clear()
    climb(log)
    assert log.recorded == []


def test_rounds_without_a_finished_trial_are_an_error() -> None:
    with Rounds(
        failing,
        objective="val_score",
        trials=MemoryLog(),
        workers=ONE,
        on_trial=silent,
        failing=(3,),
    ) as rounds:
        rounds.run([({"units": 3}, 1)])
        with pytest.raises(SearchFailedError, match="all trials failed"):
            rounds.finish()


def test_a_corner_of_the_ladders_has_two_neighbors() -> None:
    ladders = {"a": (1, 2, 3), "b": (10, 20)}
    assert steps_away(ladders, {"a": 1, "b": 20}) == [{"a": 2, "b": 20}, {"a": 1, "b": 10}]


def test_steps_lead_there_and_back() -> None:
    ladders = {"a": (1, 2, 3), "b": (10, 20)}
    for near in steps_away(ladders, {"a": 2, "b": 10}):
        assert {"a": 2, "b": 10} in steps_away(ladders, near)


def test_a_point_beside_the_ladders_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected a in \(1, 2\)"):
        steps_away({"a": (1, 2)}, {"a": 5})
