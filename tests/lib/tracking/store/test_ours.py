"""What is other people's in the same store stays theirs."""

import contextlib
import shlex
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract import names
from contract.names import Profile
from lib.tracking import StoreError, Study, store
from lib.tracking.runs.citation import cite
from lib.tracking.runs.cleaning import Cleaning
from tests.lib.tracking.test_study import measured

FOREIGN = ("s3://bucket/artifacts/theirs", "file:///nowhere/artifacts/theirs")


def addresses(folder: Path) -> dict[str, set[str]]:
    """The addresses of each experiment and of its runs."""
    with contextlib.closing(sqlite3.connect(folder / "mlflow.db")) as database:
        rows = database.execute(
            "SELECT e.name, e.artifact_location, r.artifact_uri FROM experiments e"
            " LEFT JOIN runs r USING (experiment_id)"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for name, *both in rows:
        found.setdefault(name, set()).update(filter(None, both))
    return found


def test_a_move_is_followed_by_our_artifacts_alone(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(study).run_id
    for number, address in enumerate(FOREIGN):
        theirs = study.client.create_experiment(f"theirs {number}", artifact_location=address)
        study.client.create_run(theirs)
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    before = addresses(moved)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{moved / 'mlflow.db'}")
    store.connect(store.locate())
    assert addresses(moved) == before  # a copy: the original is still there
    shutil.rmtree(folder)
    Study("toy", profile=Profile.SMOKE, seed=3, plan=True)
    assert addresses(moved) == before  # which only reads
    store.connect(store.locate())
    after = addresses(moved)
    assert {name: after[name] for name in after if name != "toy"} == {
        name: before[name] for name in before if name != "toy"
    }
    ours = (moved / "artifacts" / "toy").as_uri()
    assert after["toy"] == {ours, f"{ours}/{run_id}/artifacts"}


def test_a_copy_writes_and_cleans_beside_itself_and_not_in_the_original(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = measured(study).run_id
    shutil.copytree(folder, tmp_path / "copy")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'copy' / 'mlflow.db'}")
    copied = Study("toy", profile=Profile.SMOKE, seed=3)
    new = measured(copied, scale=2.0).run_id
    cleaning = Cleaning(copied.location, copied.client, "toy")
    assert [cleaning.remove(item) for item in cleaning.plan().superseded] == [True]
    assert [path.name for path in (folder / "artifacts" / "toy").iterdir()] == [old]
    assert [path.name for path in (tmp_path / "copy/artifacts/toy").iterdir()] == [new]
    address = copied.client.get_run(new).info.artifact_uri or ""
    assert address.startswith((tmp_path / "copy").as_uri())


def test_an_experiment_of_somebody_else_with_a_studys_name_is_refused(folder: Path) -> None:
    client = store.connect(store.locate())
    theirs = client.create_experiment("toy", tags={"team": "vision"})
    run = client.create_run(theirs, tags={"kind": "stage"})
    for plan in (True, False):
        with pytest.raises(StoreError, match=r"that this project made\. Received: another's"):
            Study("toy", profile=Profile.SMOKE, plan=plan)
    assert not Cleaning(store.locate(), client, "toy").plan().superseded
    with pytest.raises(StoreError, match=run.info.run_id):
        cite(store.locate(), "a.pdf", [run.info.run_id])
    assert client.get_experiment(theirs).tags == {"team": "vision"}


def test_a_store_from_before_our_tag_is_ours_by_its_runs(study: Study) -> None:
    run_id = measured(study).run_id
    for tag in study.client.get_experiment(study.experiment_id).tags:
        study.client.delete_experiment_tag(study.experiment_id, tag)
    assert measured(Study("toy", profile=Profile.SMOKE, seed=3)).run_id == run_id


def test_a_renamed_experiment_is_still_found_and_its_new_name_is_kept(
    study: Study, folder: Path
) -> None:
    run_id = measured(study).run_id
    study.client.rename_experiment(study.experiment_id, "Toys, final")
    again = Study("toy", profile=Profile.SMOKE, seed=3)
    assert again.experiment_id == study.experiment_id
    assert measured(again).run_id == run_id
    new = measured(again, scale=2.0).run_id
    assert (
        Cleaning(again.location, again.client, "toy").plan().superseded[0].run.info.run_id == run_id
    )
    assert (folder / "artifacts" / "toy" / new).is_dir()
    assert again.client.get_experiment(study.experiment_id).name == "Toys, final"


def test_a_foreign_experiment_that_takes_the_old_name_of_a_renamed_one_is_left_alone(
    study: Study,
) -> None:
    run_id = measured(study).run_id
    study.client.rename_experiment(study.experiment_id, "Toys, final")
    theirs = study.client.create_experiment("toy", tags={"team": "vision"})
    again = Study("toy", profile=Profile.SMOKE, seed=3)
    assert measured(again).run_id == run_id
    assert study.client.get_experiment(theirs).tags == {"team": "vision"}
    assert study.client.search_runs([theirs]) == []


def test_another_studys_experiment_is_not_taken_by_its_new_name(study: Study) -> None:
    measured(study)
    study.client.rename_experiment(study.experiment_id, "game")
    with pytest.raises(StoreError, match=r"that this project made\. Received: another's"):
        Study("game", profile=Profile.SMOKE)


def test_an_experiment_from_before_our_tag_gets_it_and_can_then_be_renamed(study: Study) -> None:
    run_id = measured(study).run_id
    study.client.delete_experiment_tag(study.experiment_id, names.STUDY)
    Study("toy", profile=Profile.SMOKE, seed=3)
    study.client.rename_experiment(study.experiment_id, "Toys, final")
    assert measured(Study("toy", profile=Profile.SMOKE, seed=3)).run_id == run_id


def test_the_artifacts_of_another_store_in_the_same_folder_are_no_strays(
    study: Study, folder: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(study)
    shutil.copy(migrated, folder / "other.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'other.db'}")
    other = Study("toy", profile=Profile.SMOKE, seed=3)
    assert Cleaning(other.location, other.client, "toy").plan().strays == ()


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType")  # by MLflow's commands
def test_the_command_that_restores_a_deleted_experiment_works_as_printed(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study.client.delete_experiment(study.experiment_id)
    with pytest.raises(StoreError) as raised:
        Study("toy", profile=Profile.SMOKE)
    command = str(raised.value).partition("Restore it with: ")[2]
    setting, *program = shlex.split(command)
    assert setting == f"MLFLOW_TRACKING_URI={study.location.uri}"
    assert program[:3] == ["python", "-m", "mlflow"]
    from mlflow.cli import cli

    monkeypatch.chdir(tmp_path)
    name, _, value = setting.partition("=")
    done = CliRunner().invoke(cli, program[3:], env={name: value})
    assert done.exit_code == 0, done.output
    assert Study("toy", profile=Profile.SMOKE).experiment_id == study.experiment_id
    assert {path.name for path in tmp_path.iterdir()} == {folder.name}
    assert names.STUDY in study.client.get_experiment(study.experiment_id).tags
