"""A finished run is read back if all that belongs to it is there, and run again if not."""

import math
import shutil
import tempfile
from pathlib import Path

import pytest

from contract.names import Profile, Tag, artifact_folder
from lib.tracking import NotYetRunError, Study
from lib.tracking.runs import artifacts, contents
from lib.tracking.store.location import Location
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS
from tests.lib.tracking.test_study import measured, runs_of

ARRAY = "arrays/predictions.npy"


def spoil(folder: Path, how: str) -> None:
    """Lose or change some of a run's artifacts."""
    if how == "all":
        shutil.rmtree(folder)
    elif how == "cut":
        (folder / ARRAY).write_bytes((folder / ARRAY).read_bytes()[:-8])
    elif how == "changed":
        content = bytearray((folder / ARRAY).read_bytes())
        content[-8] ^= 1
        (folder / ARRAY).write_bytes(content)
    else:
        (folder / how).unlink()


@pytest.mark.parametrize("how", ["all", ARRAY, "manifest.json", "cut", "changed"])
def test_a_run_without_all_its_artifacts_is_run_again(study: Study, folder: Path, how: str) -> None:
    first = measured(study).run_id
    spoil(folder / artifact_folder("toy", first), how)
    plan = Study("toy", profile=Profile.SMOKE, seed=3, plan=True)
    with pytest.raises(NotYetRunError):
        measured(plan)
    assert "artifact" in plan.last_failure("stages.measure")
    again = measured(study)
    assert again.run_id != first
    assert again.arrays["predictions"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert measured(study).run_id == again.run_id
    assert CALLS == ["measure", "measure"]


def test_a_drawing_that_is_gone_is_drawn_again_and_nothing_is_computed(
    study: Study, folder: Path
) -> None:
    inputs = {"_data": stages.Numbers(), "scale": 1.0, "seed": 3}
    first = study.stage(stages.measure, draw=stages.draw, **inputs)
    (folder / artifact_folder("toy", first.run_id) / "figures" / "curve.svg").unlink()
    study.stage(stages.measure, draw=stages.draw, **inputs)
    assert CALLS == ["measure", "draw", "draw"]


def test_a_server_is_asked_for_names_and_sizes(study: Study, folder: Path) -> None:
    run_id = measured(study).run_id
    study.client.location = Location(study.location.uri, None)
    run = study.client.get_run(run_id)
    assert artifacts.damage(study.client, run) == ""
    spoil(folder / artifact_folder("toy", run_id), "cut")
    assert artifacts.damage(study.client, run) == f"its artifact {ARRAY} was changed or cut short"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_metric_that_no_stage_can_have_written_is_not_reused(study: Study, value: float) -> None:
    first = measured(study).run_id
    study.client.log_metric(first, "val_accuracy", value, step=1)
    again = measured(study)
    assert again.run_id != first
    assert again.metrics["val_accuracy"] == 0.1 + 0.2


@pytest.mark.parametrize("tag", [Tag.OWNER, Tag.CURVES, Tag.DATA_SOURCE, Tag.FAILURE, Tag.INPUTS])
def test_an_odd_tag_is_no_reason_to_break_off(study: Study, tag: Tag) -> None:
    used = measured(study).run_id
    for text in ("", "x" * 5000, "[" * 3000, "{}", "\n"):
        study.client.set_tag(used, tag, text)
        before, again = used, measured(study)
        used = again.run_id
        assert list(again.curves["train_loss"])[:1] == [1 / 3], text[:9]
        assert (used == before) == (tag not in (Tag.CURVES, Tag.DATA_SOURCE)), text[:9]
        assert len(runs_of(study)) == len(CALLS), text[:9]


def test_numbers_that_a_reopened_run_writes_again_are_not_doubled(study: Study) -> None:
    first = measured(study)
    before = list(first.curves["train_loss"])
    contents.write_numbers(study.client, first.run_id, first, {})
    assert list(measured(study).curves["train_loss"]) == before
    assert CALLS == ["measure"]


def test_what_is_read_from_a_server_leaves_no_copy(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(study).run_id
    study.client.location = Location(study.location.uri, None)
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    run = study.client.get_run(run_id)
    assert artifacts.read(study.client, run, "manifest.json").startswith(b"{")
    assert list(copies.iterdir()) == []
