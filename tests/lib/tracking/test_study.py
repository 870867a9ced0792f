"""Stages: one run each, none twice, and the truth about what failed."""

import os
import shutil
import signal
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow.entities import Run

from contract import names
from contract.names import Profile, Tag
from lib.data.files.locations import DataNotFoundError
from lib.tracking import NotYetRunError, Results, StageError, Study
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS, Numbers


def measured(study: Study, **changed: Any) -> Results:
    """Ask for the `measure` stage, some of its inputs changed."""
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": study.seed} | changed
    return study.stage(stages.measure, **inputs)


def runs_of(study: Study) -> list[Run]:
    """All runs of a study's experiment, oldest first."""
    return study.client.search_runs([study.experiment_id], order_by=["attributes.start_time ASC"])


def test_a_stage_gives_back_what_it_returned(study: Study) -> None:
    results = study.stage(stages.measure, _data=Numbers(), scale=1.0, seed=3)
    assert results.metrics["val_accuracy"] == 0.1 + 0.2
    assert list(results.curves["train_loss"])[:2] == [1 / 3, 0.25]
    assert {"chosen": "64", "units": 64, "rate": 1e-3, "augmented": True}.items() <= (
        results.params.items()
    )
    assert list(results.tables["trials"]["score"]) == [1 / 3, 2 / 3]
    assert results.arrays["predictions"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert results.arrays["predictions"].dtype == np.int64
    assert results.files["final.yaml"] == b"epochs: 3\n"


def test_a_finished_stage_is_read_back_and_not_called_again(study: Study) -> None:
    first = measured(study)
    again = measured(Study("toy", profile=Profile.SMOKE, seed=3))
    assert CALLS == ["measure"]
    assert again.run_id == first.run_id
    assert dict(again.metrics) == dict(first.metrics)
    assert list(again.curves["train_loss"]) == list(first.curves["train_loss"])


@pytest.mark.parametrize(
    "changed", [{"scale": 2.0}, {"seed": 4}, {"_data": Numbers(sha256="b" * 64)}]
)
def test_a_changed_input_runs_the_stage_again(study: Study, changed: dict[str, object]) -> None:
    measured(study)
    measured(study, **changed)
    assert CALLS == ["measure", "measure"]


def test_another_profile_does_not_share_runs(study: Study) -> None:
    measured(study)
    measured(Study("toy", profile=Profile.QUICK, seed=3))
    assert CALLS == ["measure", "measure"]


def test_fresh_ignores_what_is_there(study: Study) -> None:
    measured(study)
    measured(Study("toy", profile=Profile.SMOKE, seed=3, fresh=True))
    assert CALLS == ["measure", "measure"]


def test_changed_drawing_code_draws_anew_and_computes_nothing(study: Study) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": 3}
    first = study.stage(stages.measure, draw=stages.draw, **inputs)
    second = study.stage(stages.measure, draw=stages.draw_dotted, **inputs)
    assert CALLS == ["measure", "draw", "draw_dotted"]
    assert second.run_id != first.run_id
    assert second.computation == first.computation
    assert dict(second.metrics) == dict(first.metrics)
    tags = study.client.get_run(second.run_id).data.tags
    assert tags[Tag.COMPUTED_BY] == first.run_id
    drawn = [
        Path(study.client.download_artifacts(run, names.figure_path("curve"))).read_bytes()
        for run in (first.run_id, second.run_id)
    ]
    assert drawn[0].startswith(b"<?xml")
    assert drawn[0] != drawn[1]


def test_a_drawing_that_fails_does_not_cost_the_numbers(study: Study) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": 3}
    with pytest.raises(KeyError):
        study.stage(stages.measure, draw=stages.draw_nothing, **inputs)
    assert runs_of(study)[0].info.status == "FAILED"
    study.stage(stages.measure, draw=stages.draw, **inputs)
    assert CALLS == ["measure", "draw_nothing", "draw"]


def test_a_later_stage_runs_again_when_an_earlier_one_computed_something_else(
    study: Study,
) -> None:
    study.stage(stages.double, measured=measured(study))
    study.stage(stages.double, measured=measured(study))
    study.stage(stages.double, measured=measured(study, scale=2.0))
    assert CALLS == ["measure", "double", "measure", "double"]


def test_the_store_points_to_the_current_run_of_a_stage(study: Study) -> None:
    first = measured(study)
    second = measured(study, scale=2.0)
    tag = names.current("smoke", "stages.measure")
    assert study.client.get_experiment(study.experiment_id).tags[tag] == second.run_id
    measured(study)
    assert study.client.get_experiment(study.experiment_id).tags[tag] == first.run_id


def test_a_failed_stage_is_marked_with_its_reason_and_never_reused(study: Study) -> None:
    for _ in range(2):
        with pytest.raises(StageError, match=r"loss=nan at epoch 3.*experiments run toy"):
            study.stage(stages.diverge, _data=Numbers())
    assert CALLS == ["diverge", "diverge"]
    assert [run.info.status for run in runs_of(study)] == ["FAILED", "FAILED"]
    assert "loss=nan at epoch 3" in runs_of(study)[0].data.tags[Tag.FAILURE]
    assert "loss=nan at epoch 3" in study.last_failure("stages.diverge")


def test_a_search_that_was_stopped_goes_on_with_the_trial_it_had_not_finished(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "trials": study.trials, "stop_after": 2}
    with pytest.raises(KeyboardInterrupt):
        study.stage(stages.search, **inputs)
    assert runs_of(study)[0].info.status == "KILLED"
    monkeypatch.setenv("STOP_AFTER", "4")
    results = study.stage(stages.search, **inputs)
    assert CALLS == ["search", "trial 8", "trial 16", "search", "trial 32", "trial 64"]
    stage, *trials = runs_of(study)
    assert stage.info.run_id == results.run_id
    assert stage.info.status == "FINISHED"
    assert Tag.FAILURE not in stage.data.tags
    assert [run.data.tags[Tag.TRIAL] for run in trials] == ["1", "2", "3", "4"]
    assert [run.info.run_name for run in trials] == ["units 8", "units 16", "units 32", "units 64"]
    assert {run.data.tags[names.PARENT_RUN] for run in trials} == {stage.info.run_id}


def _die(uri: str) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = uri
    Study("toy", profile=Profile.SMOKE, seed=3).stage(stages.die, _data=Numbers())


def _measure(uri: str, seed: int) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = uri
    measured(Study("toy", profile=Profile.SMOKE, seed=3), seed=seed)


def test_what_a_killed_process_left_half_written_is_not_reused(
    study: Study, processes: ForkServerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes.Process(target=_die, args=(study.location.uri,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert [run.info.status for run in runs_of(study)] == ["RUNNING"]
    monkeypatch.setattr(os, "kill", lambda *_: None)
    study.stage(stages.die, _data=Numbers())
    assert [run.info.status for run in runs_of(study)] == ["KILLED", "FINISHED"]


def test_two_processes_that_want_the_same_stage_compute_it_once(
    study: Study, processes: ForkServerContext
) -> None:
    two = [processes.Process(target=_measure, args=(study.location.uri, 5)) for _ in range(2)]
    for process in two:
        process.start()
    for process in two:
        process.join()
    assert [process.exitcode for process in two] == [0, 0]
    assert [run.info.status for run in runs_of(study)] == ["FINISHED"]


def test_planning_calls_nothing_and_names_the_first_stage_that_is_missing(study: Study) -> None:
    measured(study)
    plan = Study("toy", profile=Profile.SMOKE, seed=3, plan=True)
    results = measured(plan)
    with pytest.raises(NotYetRunError, match=r"^stages\.double$"):
        plan.stage(stages.double, measured=results)
    assert list(plan.seen) == ["stages.measure"]
    assert CALLS == ["measure"]


def test_a_moved_store_still_gives_its_artifacts(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(study).run_id
    moved = tmp_path / "elsewhere" / "a folder"
    shutil.copytree(folder, moved)
    shutil.rmtree(folder)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{moved / 'mlflow.db'}")
    results = measured(Study("toy", profile=Profile.SMOKE, seed=3))
    assert results.run_id == run_id
    assert results.files["final.yaml"] == b"epochs: 3\n"
    assert CALLS == ["measure"]


def test_every_tag_of_the_contract_is_on_a_stage_run(study: Study) -> None:
    tags = study.client.get_run(measured(study).run_id).data.tags
    only_sometimes = {Tag.FAILURE, Tag.COMPUTED_BY, Tag.OWNER, Tag.TRIAL, Tag.CITED_BY}
    only_sometimes |= {Tag.HEARTBEAT}
    assert {tag.value for tag in set(Tag) - only_sometimes} <= set(tags)
    assert tags[Tag.DATA_SOURCE] == "stand-in"
    assert tags[Tag.DATA] == Numbers().sha256


def test_a_study_goes_on_without_data_and_notes_why_until_the_data_is_there(study: Study) -> None:
    def tag() -> str | None:
        tags = study.client.get_experiment(study.experiment_id).tags
        return tags.get(names.lacking(study.profile, "faces"))

    with study.going_on_without("faces"):
        raise DataNotFoundError("Faces were not found: put them there.")
    assert tag() == "Faces were not found: put them there."
    with study.going_on_without("faces"):
        measured(study)
    assert tag() == ""
    with pytest.raises(ValueError, match="another"), study.going_on_without("faces"):
        raise ValueError("another")


def test_a_tag_that_another_process_sets_at_the_same_moment_is_not_set_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Study("toy", profile=Profile.SMOKE, seed=3)
    reader = study.client.get_experiment
    written: list[str] = []

    def read_late(experiment_id: str) -> Any:
        """Give what was there before the other process wrote."""
        found = reader(experiment_id)
        other._tags._set(names.LAST_PROFILE, "quick")
        return found

    monkeypatch.setattr(study.client, "get_experiment", read_late)
    monkeypatch.setattr(study.client, "set_experiment_tag", written.append, raising=False)
    study._tags._set(names.LAST_PROFILE, "quick")
    assert written == []
    assert reader(study.experiment_id).tags[names.LAST_PROFILE] == "quick"
