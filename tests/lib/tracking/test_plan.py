"""What last called a study's stages is noted: which settings, and what loaded their data."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract import names
from lib.tracking import Study
from lib.tracking import study as studies
from lib.tracking.code import code_of
from report.store.reader import open_store
from report.store.runs import Runs
from report.store.staleness import changed_plan

FILES = {
    "experiments/toy/__init__.py": """
from experiments.toy import one, two

def run(study):
    one.run(study)
    two.run(study)
""",
    "experiments/toy/one.py": """
from lib.data import toys

EPOCHS = 3

def stage(data):
    return toys.scaled(data)

def run(study):
    study.stage(stage, data=toys.load(EPOCHS))
""",
    "experiments/toy/two.py": """
from lib.data import toys

def run(study):
    toys.count()
""",
    "lib/data/__init__.py": "",
    "lib/data/toys.py": """
FOLDER = "toys"

def load(n):
    return FOLDER * n

def count():
    return 2

def scaled(data):
    return data
""",
}
TOYS = "lib.data.toys"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a study of two experiments that load data."""
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(studies, "code_of", lambda *functions: code_of(*functions, root=root))
    return root


def finish(study: Study, module: str, root: Path) -> dict[str, dict[str, str]]:
    """Run an experiment to its end; return what is noted, by module."""
    stage: Any = SimpleNamespace(__module__="experiments.toy.one", __qualname__="stage")
    run: Any = SimpleNamespace(__module__=module, __qualname__="run")
    study._staged = set(code_of(stage, root=root).definitions)
    study.finish(run)
    return noted(study)


def noted(study: Study) -> dict[str, dict[str, str]]:
    """Read what is noted, by module."""
    tags = study.client.get_experiment(study.experiment_id).tags
    prefix = names.plan("smoke", "")
    return {
        tag.removeprefix(prefix): json.loads(text)
        for tag, text in tags.items()
        if tag.startswith(prefix)
    }


def test_settings_and_what_loads_the_data_are_noted_but_not_what_stages_use(
    study: Study, root: Path
) -> None:
    noted = finish(study, "experiments.toy", root)
    assert set(noted[TOYS]) == {"FOLDER", "load", "count"}
    assert set(noted["experiments.toy.one"]) == {"EPOCHS", "run"}


def test_a_changed_loader_is_noted_when_its_experiment_has_run_again(
    study: Study, root: Path
) -> None:
    before = finish(study, "experiments.toy", root)[TOYS]
    change_data(root)
    # The other experiment loads nothing: running it does not make the first one's data new.
    assert finish(study, "experiments.toy.two", root)[TOYS] == before
    after = finish(study, "experiments.toy.one", root)[TOYS]
    assert {name for name in before if before[name] != after[name]} == {"FOLDER"}


def test_what_the_whole_study_no_longer_uses_is_forgotten(study: Study, root: Path) -> None:
    finish(study, "experiments.toy", root)
    two = root / "experiments" / "toy" / "two.py"
    two.write_text(two.read_text().replace("toys.count()", "toys.load(1)"))
    assert "count" in finish(study, "experiments.toy.two", root)[TOYS]
    assert set(finish(study, "experiments.toy", root)[TOYS]) == {"FOLDER", "load"}


def stale(study: Study, root: Path) -> str:
    """Say how a report finds that the study is run differently now."""
    return changed_plan(Runs("toy", study.profile, open_store(study.location.uri)), root)


def change_data(root: Path) -> None:
    """Load the data from elsewhere."""
    toys = root / "lib" / "data" / "toys.py"
    toys.write_text(toys.read_text().replace('"toys"', '"other toys"'))


def rename_two(root: Path) -> None:
    """Give the second experiment another name, and its old one to an experiment of its own."""
    folder = root / "experiments" / "toy"
    (folder / "three.py").write_text((folder / "two.py").read_text())
    (folder / "two.py").write_text("def run(study):\n    pass\n")
    study = folder / "__init__.py"
    study.write_text(study.read_text().replace("two", "three"))


def test_an_old_name_that_another_experiment_took_makes_no_report_stale(
    study: Study, root: Path
) -> None:
    finish(study, "experiments.toy", root)
    assert stale(study, root) == ""
    rename_two(root)
    assert "experiments.toy.two:run" in stale(study, root)
    assert set(finish(study, "experiments.toy", root)) == {
        "experiments.toy",
        "experiments.toy.one",
        "experiments.toy.three",
        TOYS,
    }
    assert stale(study, root) == ""


def test_data_that_a_study_no_longer_loads_makes_no_report_stale(study: Study, root: Path) -> None:
    finish(study, "experiments.toy", root)
    one, two = (root / "experiments" / "toy" / f"{name}.py" for name in ("one", "two"))
    two.write_text("def run(study):\n    pass\n")
    one.write_text(one.read_text().replace("toys.load(EPOCHS)", "EPOCHS"))
    assert TOYS not in finish(study, "experiments.toy", root)
    change_data(root)
    assert stale(study, root) == ""


@pytest.mark.parametrize("module", ["experiments.toy", "experiments.toy.one"])
def test_what_only_a_stage_uses_now_makes_no_report_stale(
    study: Study, root: Path, module: str
) -> None:
    one, two = (root / "experiments" / "toy" / f"{name}.py" for name in ("one", "two"))
    two.write_text("def run(study):\n    pass\n")
    finish(study, "experiments.toy", root)
    one.write_text(one.read_text().replace("return toys.scaled(data)", "return toys.load(data)"))
    change_data(root)
    assert TOYS in stale(study, root)
    assert TOYS not in finish(study, module, root)
    assert TOYS not in stale(study, root)


def test_what_another_profile_or_experiment_was_run_by_is_not_forgotten(
    study: Study, root: Path
) -> None:
    quick = Study("toy", profile=names.Profile.QUICK, seed=3)
    finish(quick, "experiments.toy", root)
    before = finish(study, "experiments.toy", root)
    rename_two(root)
    after = finish(study, "experiments.toy.one", root)
    assert after == before
    finish(study, "experiments.toy", root)
    assert "experiments.toy.two:run" in stale(quick, root)


def test_two_experiments_that_end_at_once_note_both(
    study: Study, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Study("toy", profile=names.Profile.SMOKE, seed=3)
    ended = threading.Event()

    def end() -> None:
        finish(other, "experiments.toy.two", root)
        ended.set()

    reader, thread = study.client.get_experiment, threading.Thread(target=end)

    def read_and_wait(experiment_id: str) -> Any:
        """Give the other experiment all the time that it needs to write, but not for ever."""
        experiment = reader(experiment_id)
        if thread.ident is None:
            thread.start()
            ended.wait(1)
        return experiment

    monkeypatch.setattr(study.client, "get_experiment", read_and_wait)
    finish(study, "experiments.toy.one", root)
    thread.join()
    assert set(noted(study)[TOYS]) == {"FOLDER", "load", "count"}
