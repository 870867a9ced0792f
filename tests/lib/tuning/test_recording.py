"""A search inside a stage records its trials in the store, and finds them there when killed."""

from typing import Any

import pytest

from contract.names import Tag
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tuning import Bayesian, Float, Int, Space, Trial, search
from tests.lib.tuning import toys

SPACE: Space = {"rate": Float(1e-4, 1.0, log=True), "layers": Int(1, 8)}
ended: list[int] = []


def tuning(*, seed: int, kill_after: int, trials: TrialLog, workers: Workers) -> Results:
    """Search, and be killed after some trials."""

    def kill(done: int, total: int, trial: Trial) -> None:
        ended.append(trial.number)
        if len(ended) == kill_after:
            raise KeyboardInterrupt

    found = search(
        toys.hill,
        SPACE,
        Bayesian(6, initial=3, batch=3),
        objective="best_val_score",
        seed=seed,
        trials=trials,
        workers=workers,
        on_trial=kill,
    )
    return Results(tables={"trials": found.table().drop(columns="wall_time_seconds")})


def nested(study: Study, stage_run: str) -> list[Any]:
    runs = study.client.search_runs(
        [study.experiment_id], f"tags.`mlflow.parentRunId` = '{stage_run}'"
    )
    return sorted(runs, key=lambda run: int(run.data.tags[Tag.TRIAL]))


def test_a_killed_search_goes_on_from_its_runs_in_the_store(study: Study) -> None:
    ended.clear()
    inputs: dict[str, Any] = {
        "seed": 1,
        "kill_after": 4,
        "trials": study.trials,
        "workers": Workers(1),
    }
    with pytest.raises(KeyboardInterrupt):
        study.stage(tuning, **inputs)
    assert len(ended) == 4
    killed = study.stage(tuning, **inputs)
    assert ended[4:] == [1, 2, 3, 4, 5, 6]

    runs = nested(study, killed.run_id)
    assert [int(run.data.tags[Tag.TRIAL]) for run in runs] == [1, 2, 3, 4, 5, 6]
    assert {run.info.status for run in runs} == {"FINISHED"}
    history = study.client.get_metric_history(runs[0].info.run_id, "val_score")
    assert [point.step for point in history] == [1, 2, 3]

    ended.clear()
    uninterrupted = study.stage(tuning, **{**inputs, "kill_after": 99})  # a search of its own
    assert len(ended) == 6
    assert uninterrupted.tables["trials"].equals(killed.tables["trials"])
