"""What last called a study's stages is noted: which settings, and what loaded their data."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract import names
from lib.tracking import Study
from lib.tracking import study as studies
from lib.tracking.code import code_of

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
    toys = root / "lib" / "data" / "toys.py"
    toys.write_text(toys.read_text().replace('"toys"', '"other toys"'))
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
