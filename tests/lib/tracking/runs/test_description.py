"""A run's description on MLflow's page: what the stage did, on which data, its main numbers."""

from typing import Any

import pytest

from contract.names import Profile
from lib.tracking import StageError, Study
from lib.tracking.runs.description import main_metrics
from lib.tracking.runs.stage_runs import NOTE
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS, Numbers
from tests.lib.tracking.test_study import measured, runs_of

MEASURED = """Return one of each kind of result.

- Data: three numbers (stand-in), 1,000 train, 3 val samples
- Numbers: `val_accuracy` 0.3"""


def note(study: Study, run_id: str) -> str:
    return str(study.client.get_run(run_id).data.tags[NOTE])


def test_a_run_says_what_the_stage_did_on_which_data_and_its_main_numbers(study: Study) -> None:
    assert note(study, measured(study).run_id) == MEASURED


def test_a_run_that_reads_another_names_it(study: Study) -> None:
    doubled = study.stage(stages.double, measured=measured(study))
    assert "- Reads: `stages.measure`\n- Numbers: `doubled` 0.6" in note(study, doubled.run_id)


def test_a_run_that_failed_says_what_it_was_to_do_and_no_numbers(study: Study) -> None:
    with pytest.raises(StageError):
        study.stage(stages.diverge, _data=Numbers())
    written = note(study, runs_of(study)[0].info.run_id)
    assert written.startswith("Return a loss that is not a number.\n\n- Data: three numbers")
    assert "Numbers:" not in written


def test_a_description_edited_on_the_page_survives_reuse_and_drawing_anew(study: Study) -> None:
    inputs: dict[str, Any] = {"_data": Numbers(), "scale": 1.0, "seed": 3}
    first = study.stage(stages.measure, draw=stages.draw, **inputs)
    study.client.set_tag(first.run_id, NOTE, "The run of the first hand-in.")
    again = Study("toy", profile=Profile.SMOKE, seed=3)
    assert again.stage(stages.measure, draw=stages.draw, **inputs).run_id == first.run_id
    redrawn = again.stage(stages.measure, draw=stages.draw_dotted, **inputs)
    assert redrawn.run_id != first.run_id
    assert CALLS == ["measure", "draw", "draw_dotted"]
    assert note(study, first.run_id) == note(study, redrawn.run_id)
    assert note(study, first.run_id) == "The run of the first hand-in."


def test_what_is_held_out_furthest_is_compared_first() -> None:
    metrics = dict.fromkeys(
        ("train_loss", "val_accuracy", "test_hog_accuracy", "test_accuracy", "test_samples"), 0.5
    )
    assert main_metrics(metrics) == ["test_accuracy", "test_hog_accuracy"]


def test_a_page_names_the_data_set_and_counts_its_samples(study: Study) -> None:
    (entry,) = study.client.plain.get_run(measured(study).run_id).inputs.dataset_inputs
    assert entry.dataset.name == "three numbers, stand-in"
    assert entry.dataset.profile == '{"samples": {"train": 1000, "val": 3, "test": 0}}'
