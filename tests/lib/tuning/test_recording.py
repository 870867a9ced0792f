"""A search inside a stage records its trials in the store, and finds them there when killed."""

from typing import Any
from unittest.mock import Mock

import pytest

from contract.names import Tag
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tracking.runs import contents
from lib.tuning import Bayesian, Float, Int, Space, Trial, search
from tests.lib.tuning import toys

SPACE: Space = {"rate": Float(1e-4, 1.0, log=True), "layers": Int(1, 8)}
ended: list[int] = []


def tuning(
    *, seed: int, initial: int, kill_after: int, trials: TrialLog, workers: Workers
) -> Results:
    """Make five trials, the first ones at random, and be killed after some."""

    def kill(done: int, total: int, trial: Trial) -> None:
        ended.append(trial.number)
        if len(ended) == kill_after:
            raise KeyboardInterrupt

    found = search(
        toys.hill,
        SPACE,
        Bayesian(5, initial=initial, batch=2),
        objective="best_val_score",
        seed=seed,
        trials=trials,
        workers=workers,
        on_trial=kill,
    )
    return Results(tables={"trials": found.table().drop(columns="wall_time_seconds")})


def nested(study: Study, stage_run: str) -> list[Any]:
    found = study.client.search_runs(
        [study.experiment_id], f"tags.`mlflow.parentRunId` = '{stage_run}'"
    )
    return sorted(found, key=lambda run: int(run.data.tags[Tag.TRIAL]))


def test_a_killed_search_goes_on_from_its_runs_in_the_store(study: Study) -> None:
    ended.clear()
    inputs: dict[str, Any] = {
        "seed": 1,
        "initial": 3,
        "kill_after": 4,
        "trials": study.trials,
        "workers": Workers(1),
    }
    with pytest.raises(KeyboardInterrupt):
        study.stage(tuning, **inputs)
    assert len(ended) == 4
    killed = study.stage(tuning, **inputs)
    assert ended[4:] == [1, 2, 3, 4, 5]

    found = nested(study, killed.run_id)
    assert [int(run.data.tags[Tag.TRIAL]) for run in found] == [1, 2, 3, 4, 5]
    assert {run.info.status for run in found} == {"FINISHED"}
    history = study.client.get_metric_history(found[0].info.run_id, "val_score")
    assert [point.step for point in history] == [1, 2, 3]

    ended.clear()
    uninterrupted = study.stage(tuning, **{**inputs, "kill_after": 99})  # a search of its own
    assert len(ended) == 5
    assert uninterrupted.tables["trials"].equals(killed.tables["trials"])


def test_a_trial_whose_process_died_while_writing_it_is_marked_killed_and_made_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended.clear()
    inputs: dict[str, Any] = {
        "seed": 1,
        "initial": 5,
        "kill_after": 99,
        "trials": study.trials,
        "workers": Workers(1),
    }
    with monkeypatch.context() as dying:
        dying.setattr(
            contents, "write", Mock(side_effect=SystemExit)
        )  # as if killed: nothing is closed
        with pytest.raises(SystemExit):
            study.stage(tuning, **inputs)
    done = study.stage(tuning, **inputs)
    first, *others = sorted(nested(study, done.run_id), key=lambda run: run.info.start_time)
    assert (first.info.status, first.data.tags[Tag.TRIAL]) == ("KILLED", "1")
    assert "died" in first.data.tags[Tag.FAILURE]
    assert [run.data.tags[Tag.TRIAL] for run in others] == ["1", "2", "3", "4", "5"]
    assert {run.info.status for run in others} == {"FINISHED"}
