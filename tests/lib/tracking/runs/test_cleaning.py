"""Cleaning removes what a study no longer consists of, and nothing that anybody may still need."""

import contextlib
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contract import names
from contract.names import Tag
from lib.tracking import Study, store
from lib.tracking.runs import cleaning, owner
from lib.tracking.runs.citation import cite
from lib.tracking.runs.cleaning import Cleaning, Superseded, Why
from lib.tracking.store import Location
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS, Numbers
from tests.lib.tracking.test_study import measured, runs_of


def cleaner(study: Study) -> Cleaning:
    return Cleaning(study.location, study.client, study.name)


def clean(study: Study) -> list[str]:
    """Remove all there is to remove; return the ids of the stages' runs that went."""
    cleaning = cleaner(study)
    plan = cleaning.plan()
    assert all(cleaning.remove(item) for item in plan.superseded)
    for folder in plan.strays:
        cleaning.remove_stray(folder)
    again = cleaning.plan()
    assert not again.superseded
    assert not again.strays
    return [str(item.run.info.run_id) for item in plan.superseded]


def ids(study: Study) -> set[str]:
    return {str(run.info.run_id) for run in runs_of(study)}


def kept(study: Study, why: Why) -> list[str]:
    return list(cleaner(study).plan().kept.get(why, ()))


def stopped(study: Study, stop_after: int = 2) -> str:
    """Begin a search and stop it after some trials."""
    with pytest.raises(KeyboardInterrupt):
        study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=stop_after)
    return next(
        str(run.info.run_id)
        for run in reversed(runs_of(study))
        if run.data.tags[Tag.KIND] == "stage" and run.info.status == "KILLED"
    )


def test_a_superseded_run_goes_with_its_artifacts_and_leaves_no_rows(
    study: Study, folder: Path
) -> None:
    old, new = (measured(study, scale=scale).run_id for scale in (1.0, 2.0))
    size = cleaner(study).plan().size
    artifacts = folder / names.artifact_folder("toy", old)
    assert size == sum(path.stat().st_size for path in artifacts.rglob("*") if path.is_file()) > 0
    assert clean(study) == [old]
    assert ids(study) == {new}
    assert [path.name for path in (folder / "artifacts" / "toy").iterdir()] == [new]
    with closing(sqlite3.connect(folder / "mlflow.db")) as database:
        for table in ("runs", "tags", "params", "metrics", "latest_metrics"):
            found = database.execute(f"SELECT count(*) FROM {table} WHERE run_uuid = ?", (old,))  # noqa: S608  # a table of the list above
            assert found.fetchone() == (0,)


def test_what_is_current_is_still_there_to_be_read_back(study: Study) -> None:
    measured(study, scale=1.0)
    current = measured(study, scale=2.0)
    clean(study)
    assert measured(study, scale=2.0).files["final.yaml"] == b"epochs: 3\n"
    assert dict(measured(study, scale=2.0).curves) == dict(current.curves)
    assert CALLS == ["measure", "measure"]


def test_a_cited_run_stays_with_what_it_read_and_its_trials(study: Study) -> None:
    read = measured(study, scale=1.0)
    cited = study.stage(stages.double, measured=read)
    searched = study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=9)
    cite(study.location, "a.pdf", [cited.run_id, searched.run_id])
    study.stage(stages.double, measured=measured(study, scale=2.0))
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=10)
    measured(study, scale=3.0)
    before = ids(study)
    gone = clean(study)
    assert set(kept(study, Why.CITED)) == {searched.run_id, cited.run_id}
    assert read.run_id in kept(study, Why.READ)
    assert {read.run_id, cited.run_id, searched.run_id} <= ids(study)
    assert before - ids(study) == set(gone)
    trials = [run for run in runs_of(study) if names.PARENT_RUN in run.data.tags]
    assert len(trials) == 8


def test_the_run_whose_numbers_were_drawn_anew_stays(study: Study) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": 3}
    computed = study.stage(stages.measure, draw=stages.draw, **inputs)
    study.stage(stages.measure, draw=stages.draw_dotted, **inputs)
    assert clean(study) == []
    assert kept(study, Why.READ) == [computed.run_id]


def test_a_failed_run_goes(study: Study) -> None:
    with pytest.raises(RuntimeError):
        study.stage(stages.diverge, _data=Numbers())
    assert len(clean(study)) == 1
    assert ids(study) == set()


def test_a_stopped_search_stays_and_goes_on_after_cleaning(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = stopped(study)
    assert clean(study) == []
    assert kept(study, Why.STOPPED) == [run_id]
    monkeypatch.setenv("STOP_AFTER", "4")
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=2)
    assert CALLS == ["search", "trial 8", "trial 16", "search", "trial 32", "trial 64"]


def test_of_stopped_searches_only_the_newest_stays_and_none_that_was_overtaken(
    study: Study,
) -> None:
    older = stopped(study, 1)
    time.sleep(0.002)  # the store counts milliseconds
    newer = stopped(study, 2)
    assert clean(study) == [older]
    assert kept(study, Why.STOPPED) == [newer]
    time.sleep(0.002)
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=9)
    assert clean(study) == [newer]
    assert len(ids(study)) == 5


def test_numbers_without_figures_stay_until_they_are_drawn(study: Study) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": 3}
    with pytest.raises(KeyError):
        study.stage(stages.measure, draw=stages.draw_nothing, **inputs)
    assert clean(study) == []
    study.stage(stages.measure, draw=stages.draw, **inputs)
    assert CALLS == ["measure", "draw_nothing", "draw"]


@pytest.mark.parametrize("held", [True, False])
def test_a_run_in_progress_stays_with_what_it_reads(study: Study, held: bool) -> None:
    read = measured(study, scale=1.0).run_id
    measured(study, scale=2.0)
    run = study.client.create_run(
        study.experiment_id,
        tags={Tag.KIND: "stage", Tag.OWNER: "a 1", Tag.INPUTS: read, Tag.FINGERPRINT: "f"},
        run_name="stages.running",
    )
    with study.location.lock("f") if held else contextlib.nullcontext():
        clean(study)
    assert ({read, run.info.run_id} <= ids(study)) == held
    assert ({read, run.info.run_id} & ids(study) == set()) == (not held)


@pytest.mark.parametrize(
    ("who", "heartbeat", "stays"),
    [(owner.here(), "", True), ("elsewhere 1", "1", False), ("", "", False)],
    ids=["a process of ours", "another machine, silent for years", "nobody"],
)
def test_a_run_in_progress_on_a_server_stays_while_its_owner_may_live(
    study: Study, who: str, heartbeat: str, stays: bool
) -> None:
    server = Location(study.location.uri, None)
    run = study.client.create_run(
        study.experiment_id,
        tags={Tag.OWNER: who, Tag.HEARTBEAT: heartbeat, Tag.KIND: "stage", Tag.FINGERPRINT: "f"},
    )
    with store.reading(server) as client:
        plan = Cleaning(server, client, study.name).plan()
    kept = plan.kept.get(Why.RUNNING, ())
    assert (run.info.run_id in kept) == stays


def superseded(study: Study) -> Superseded:
    (found,) = cleaner(study).plan().superseded
    return found


def test_what_has_come_into_use_since_it_was_planned_stays(study: Study) -> None:
    old = measured(study, scale=1.0).run_id
    measured(study, scale=2.0)
    planned = superseded(study)
    measured(study, scale=1.0)  # read back: current again
    assert not cleaner(study).remove(planned)
    measured(study, scale=2.0)
    cite(study.location, "a.pdf", [old])
    assert not cleaner(study).remove(planned)
    assert old in ids(study)


def test_a_run_whose_stage_is_being_asked_for_stays(study: Study) -> None:
    measured(study, scale=1.0)
    measured(study, scale=2.0)
    planned = superseded(study)
    with study.location.lock(planned.run.data.tags[Tag.FINGERPRINT][:32]):
        assert not cleaner(study).remove(planned)
    assert cleaner(study).remove(planned)


@pytest.mark.parametrize("at", [0, 1, 5, 9])
def test_whoever_stops_half_way_leaves_a_store_that_works_and_the_next_call_goes_on(
    study: Study, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=9)
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=10)
    new = {run.info.run_id for run in runs_of(study)[5:]}
    steps = iter(range(100))

    def stopping(step: Any) -> Any:
        def stepped(self: Cleaning, run: Any) -> None:
            if next(steps) == at:
                raise KeyboardInterrupt
            step(self, run)

        return stepped

    with monkeypatch.context() as patched:
        for step in ("_hide", "_erase"):
            patched.setattr(cleaning.Cleaning, step, stopping(getattr(Cleaning, step)))
        with pytest.raises(KeyboardInterrupt):
            cleaner(study).remove(superseded(study))
    CALLS.clear()
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=10)
    assert CALLS == []
    # What was hidden is not taken for a finished run; what was not is whole.
    results = study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=9)
    assert (CALLS == []) == (at == 0)
    assert results.metrics["best_val_accuracy"] == 0.64
    study.stage(stages.search, _data=Numbers(), trials=study.trials, stop_after=10)
    clean(study)
    assert ids(study) == new


def test_artifacts_without_a_run_go_and_other_files_stay(study: Study, folder: Path) -> None:
    run_id = measured(study).run_id
    artifacts = folder / "artifacts" / "toy"
    shutil.copytree(artifacts / run_id, artifacts / ("f" * 32))
    (artifacts / "notes.txt").write_text("mine")
    assert cleaner(study).plan().strays == (artifacts / ("f" * 32),)
    clean(study)
    assert {path.name for path in artifacts.iterdir()} == {run_id, "notes.txt"}


def test_runs_that_are_not_ours_and_studies_that_never_ran_are_left_alone(study: Study) -> None:
    own = study.client.create_run(study.experiment_id).info.run_id
    study.client.set_terminated(own)
    assert clean(study) == []
    assert ids(study) == {own}
    assert Cleaning(study.location, study.client, "never").plan().size == 0


def test_on_a_server_runs_are_hidden_and_their_artifacts_removed(
    study: Study, folder: Path
) -> None:
    old, new = (measured(study, scale=scale).run_id for scale in (1.0, 2.0))
    artifacts = folder / names.artifact_folder("toy", old)
    size = sum(path.stat().st_size for path in artifacts.rglob("*") if path.is_file())
    cleaning = Cleaning(Location(study.location.uri, None), study.client, "toy")
    plan = cleaning.plan()
    assert plan.size == size > 0
    assert cleaning.remove(plan.superseded[0])
    assert ids(study) == {new}
    assert not artifacts.exists()
    assert study.client.get_run(old).info.lifecycle_stage == "deleted"  # `mlflow gc` does the rest
    assert cleaning.plan().superseded == ()
