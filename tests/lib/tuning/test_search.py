"""A search finds the best, records every trial, and comes to the same whatever happens to it."""

from typing import Any

import pandas as pd
import pytest

from lib.tracking import Results, StageError, Workers
from lib.tuning import (
    Bayesian,
    Choice,
    Float,
    GridSearch,
    Hyperband,
    Int,
    RandomSearch,
    Search,
    SearchFailedError,
    Space,
    Trial,
    evaluate_all,
    search,
)
from tests.lib.tuning import toys

HILL: Space = {"rate": Float(1e-4, 1.0, log=True), "layers": Int(1, 8)}
UNITS: Space = {"units": Int(1, 6)}


def climb(log: toys.MemoryLog, workers: int, **others: Any) -> Search:
    return search(
        toys.hill,
        HILL,
        Bayesian(5, initial=3, batch=2),
        objective="best_val_score",
        seed=2,  # the Gaussian process finds these points in 0.1 s, and others in up to 2
        trials=log,
        workers=Workers(workers),
        **others,
    )


def promote(log: toys.MemoryLog, **others: Any) -> Search:
    return search(
        toys.learner,
        {"rate": Float(0, 1)},
        Hyperband(max_epochs=4, factor=2),
        objective="best_val_score",
        seed=1,
        trials=log,
        workers=Workers(2),
        **others,
    )


def without_time(found: Search) -> pd.DataFrame:
    return found.table().drop(columns="wall_time_seconds")


@pytest.fixture(scope="module")
def uninterrupted() -> Search:
    return climb(toys.MemoryLog(), workers=1)


def test_two_workers_that_end_out_of_order_come_to_what_one_worker_comes_to(
    uninterrupted: Search,
) -> None:
    log = toys.MemoryLog()
    found = climb(log, workers=2, slowness=0.1)
    assert sorted(log.recorded) == list(range(1, 6))
    pd.testing.assert_frame_equal(without_time(found), without_time(uninterrupted))


def test_a_search_taken_up_again_evaluates_what_is_missing_and_nothing_else(
    uninterrupted: Search,
) -> None:
    log = toys.MemoryLog()

    def interrupt(done: int, total: int, trial: Trial) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        climb(log, workers=2, on_trial=interrupt)
    assert len(log.recorded) == 4  # each before it was told of
    found = climb(log, workers=1)
    assert sorted(log.recorded) == list(range(1, 6))  # none twice
    pd.testing.assert_frame_equal(without_time(found), without_time(uninterrupted))


def test_a_search_whose_trials_are_all_there_starts_no_worker() -> None:
    log = toys.MemoryLog()
    before = promote(log)
    told: list[tuple[int, int, int]] = []
    found = promote(
        log,
        unpicklable=iter([1]),  # would not reach a worker
        on_trial=lambda done, total, trial: told.append((done, total, trial.number)),
    )
    assert found.best == before.best
    count = len(before.trials)
    assert told == [(number, count, number) for number in range(1, count + 1)]


def test_the_table_says_of_each_trial_what_it_was_and_what_it_measured(
    uninterrupted: Search,
) -> None:
    table = uninterrupted.table()
    assert list(table.columns) == [
        "trial", "rate", "layers", "best_val_score", "epochs_run", "best_epoch",
        "wall_time_seconds", "seed", "status", "failure",
    ]  # fmt: skip
    assert list(table["trial"]) == list(range(1, 6))
    assert set(table["epochs_run"]) == {3}
    assert set(table["best_epoch"]) == {2}
    assert (table["wall_time_seconds"] >= 0).all()
    assert table["seed"].is_unique
    assert (table["seed"] > 0).all()
    best = table["trial"][table["best_val_score"] == table["best_val_score"].max()]
    assert list(best) == [uninterrupted.best.number]


def test_a_grid_finds_its_best_point_and_the_first_of_equals() -> None:
    space: Space = {"rate": Choice(0.1, 0.01, 0.001), "layers": Choice(5, 2)}
    found = search(
        toys.hill,
        space,
        GridSearch(),
        objective="best_val_score",
        seed=0,
        trials=toys.MemoryLog(),
        workers=Workers(2),
    )
    assert len(found.trials) == 6
    assert found.best.values == {"rate": 0.01, "layers": 5}
    equal = [
        Trial(number, {}, number, results=Results(metrics={"val_loss": 1.0})) for number in (1, 2)
    ]
    assert Search("val_loss", tuple(equal)).best.number == 1


def test_hyperband_trains_a_promoted_trial_on_with_the_seed_it_had() -> None:
    found = promote(toys.MemoryLog())
    table = found.table()
    assert list(table["epochs"]) == list(table["epochs_run"])
    assert set(table["epochs"]) == {1, 2, 4}
    assert found.best.epochs == 4
    seeds = table.groupby("rate")["seed"].nunique()
    assert set(seeds) == {1}
    assert len(seeds) < len(table)  # some were promoted
    assert table["seed"].nunique() == len(seeds)


def test_the_arms_of_a_comparison_keep_the_seeds_they_share() -> None:
    points = [({"rate": rate}, seed) for seed in (11, 12) for rate in (0.1, 0.3)]
    log = toys.MemoryLog()
    compared = [
        evaluate_all(
            toys.learner,
            points,
            objective="best_val_score",
            trials=log,
            workers=Workers(2),
            epochs=2,
        )
        for _ in range(2)
    ]
    assert sorted(log.recorded) == [1, 2, 3, 4]  # the second time all are found
    table = compared[1].table()
    assert list(table["rate"]) == [0.1, 0.3, 0.1, 0.3]
    assert list(table["seed"]) == [11, 11, 12, 12]
    measured = [trial.measured("of_seed") for trial in compared[0].trials]
    assert measured == [11, 11, 12, 12]
    assert compared[0].best.number == 2


def test_points_of_different_names_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected points of the same names"):
        evaluate_all(
            toys.learner,
            [({"rate": 0.1}, 1), ({"units": 64}, 1)],
            objective="best_val_score",
            trials=toys.MemoryLog(),
            workers=Workers(1),
        )


def fail(*units: int) -> tuple[Search, toys.MemoryLog]:
    log = toys.MemoryLog()
    found = search(
        toys.failing,
        UNITS,
        GridSearch(),
        objective="val_score",
        seed=1,
        trials=log,
        workers=Workers(2),
        failing=units,
    )
    return found, log


def test_a_failed_trial_is_recorded_with_its_reason_and_the_search_goes_on() -> None:
    found, log = fail(1, 2, 5)
    assert set(log.failures) == {1, 2, 5}
    assert log.failures[5] == "ArithmeticError: Expected a finite train_loss. Received: 5"
    table = found.table()
    assert list(table["status"]) == [
        "failed", "failed", "finished", "finished", "failed", "finished",
    ]  # fmt: skip
    assert table["failure"][4] == log.failures[5]
    assert table["val_score"].isna().sum() == 3
    assert found.best.values == {"units": 3}


def test_what_needs_every_trial_is_told_which_one_failed_and_why() -> None:
    finished = Trial(1, {"units": 4}, 7, results=Results(metrics={"best_val_score": 1.0}))
    failed = Trial(2, {"units": 3}, 7, failure="RuntimeError: too narrow")
    assert finished.finished() is finished.results
    with pytest.raises(StageError) as caught:
        failed.finished()
    assert str(caught.value) == (
        "Expected every trial to finish. Received: trial 2 (units=3): RuntimeError: too narrow"
    )


def test_three_failures_in_a_row_end_the_search_with_their_reasons() -> None:
    with pytest.raises(SearchFailedError) as caught:
        fail(2, 3, 4)
    for units in (2, 3, 4):
        assert f"(units={units}): ArithmeticError" in str(caught.value)
    assert isinstance(caught.value.__cause__, ArithmeticError)


def test_results_without_the_objective_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected a metric val_score of trial 1 \(units=1\)"):
        search(
            toys.without_objective,
            {"units": Choice(1)},
            RandomSearch(1),
            objective="val_score",
            seed=1,
            trials=toys.MemoryLog(),
            workers=Workers(1),
        )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"space": {}}, "at least one hyperparameter"),
        ({"space": {"seed": Int(1, 2)}}, "Expected an identifier other than"),
        ({"space": {"val_score": Int(1, 2)}}, "Expected an identifier other than"),
        ({"space": {"tuner/epochs": Int(1, 2)}}, "Expected an identifier other than"),
        ({"space": {"epochs": Float(0, 1)}, "strategy": Hyperband(2)}, "Hyperband sets"),
        ({"space": {"rate": Float(0, 1)}}, "only Choice and Int in a grid"),
        ({"space": {"x": Float(0, 1)}, "strategy": Hyperband(2), "epochs": 2}, "Hyperband sets"),
        ({"objective": "val_speed"}, "Expected a metric whose name ends with"),
    ],
)
def test_what_cannot_be_searched_is_refused_at_the_door(
    changed: dict[str, Any], expected: str
) -> None:
    arguments: dict[str, Any] = {
        "evaluate": toys.without_objective,
        "space": UNITS,
        "strategy": GridSearch(),
        "objective": "val_score",
        "seed": 1,
        "trials": toys.MemoryLog(),
        "workers": Workers(1),
    }
    with pytest.raises(ValueError, match=expected):
        search(**{**arguments, **changed})


def test_trials_are_named_by_what_their_search_varies() -> None:
    log = toys.MemoryLog()
    search(
        toys.hill,
        {"rate": Choice(0.01), "layers": Choice(2, 3)},
        GridSearch(),
        objective="best_val_score",
        seed=1,
        trials=log,
        workers=Workers(1),
    )
    assert sorted(log.names) == ["layers 2", "layers 3"]


def test_repetitions_of_one_point_are_named_by_their_seeds_too() -> None:
    log = toys.MemoryLog()
    evaluate_all(
        toys.hill,
        [({"rate": rate, "layers": 5}, seed) for seed in (7, 8) for rate in (0.1, 0.01)],
        objective="best_val_score",
        trials=log,
        workers=Workers(1),
    )
    assert sorted(log.names) == [
        "rate 0.01, seed 7", "rate 0.01, seed 8", "rate 0.1, seed 7", "rate 0.1, seed 8",
    ]  # fmt: skip
