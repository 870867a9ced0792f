"""The code a function uses: all that can change its result, and nothing else."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lib.tracking.code import Code, code_of

STUDY = '''
"""A study."""
import numpy as np
from lib import shapes
from lib.numbers import half, LIMIT as TOP
from lib.tracking import Results


def stage(data):
    """Return the area."""
    import scipy.stats
    return Results(half(shapes.area(data)) + TOP + scipy.stats.norm.pdf(0.0))


def other(data):
    return np.sum(data)
'''
SHAPES = """
from .numbers import half

SIDES = 4


def area(data):
    # a comment
    return data * SIDES


def unused(data):
    return data
"""
NUMBERS = """
LIMIT = 10


def half(value):
    return value / 2
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: a study that uses two modules of `lib`."""
    for name, text in (
        ("experiments/study.py", STUDY),
        ("lib/__init__.py", ""),
        ("lib/shapes.py", SHAPES),
        ("lib/numbers.py", NUMBERS),
        ("lib/tracking/__init__.py", "class Results: ...\n"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def code(project: Path, name: str = "stage") -> Code:
    """The code of a function of the study."""
    function: Any = SimpleNamespace(__module__="experiments.study", __qualname__=name)
    return code_of(function, root=project)


def edit(project: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of a file."""
    path = project / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_the_closure_follows_imports_attributes_and_constants(project: Path) -> None:
    assert set(code(project).definitions) == {
        "experiments.study:stage",
        "lib.shapes:area",
        "lib.shapes:SIDES",
        "lib.numbers:half",
        "lib.numbers:LIMIT",
    }


def test_libraries_are_those_that_the_reached_definitions_import(project: Path) -> None:
    assert set(code(project).libraries) == {"scipy"}
    assert set(code(project, "other").libraries) == {"numpy"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lib/shapes.py", "# a comment", "# another comment"),
        ("experiments/study.py", "Return the area.", "Return its area."),
        ("lib/shapes.py", "def unused(data):\n    return data", "def unused(data):\n    return 0"),
        ("experiments/study.py", "return np.sum(data)", "return np.max(data)"),
        ("lib/numbers.py", "value / 2", "(value / 2)"),
    ],
)
def test_what_cannot_change_the_result_changes_no_hash(
    project: Path, name: str, old: str, new: str
) -> None:
    before = code(project)
    edit(project, name, old, new)
    assert code(project) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("lib/shapes.py", "SIDES = 4", "SIDES = 3", "lib.shapes:SIDES"),
        ("lib/numbers.py", "value / 2", "value / 3", "lib.numbers:half"),
        ("lib/numbers.py", "LIMIT = 10", "LIMIT = 11", "lib.numbers:LIMIT"),
        ("lib/shapes.py", "data * SIDES", "SIDES * data", "lib.shapes:area"),
    ],
)
def test_what_can_change_the_result_changes_just_its_own_hash(
    project: Path, name: str, old: str, new: str, changed: str
) -> None:
    before = code(project).definitions
    edit(project, name, old, new)
    after = code(project).definitions
    assert {key for key in before | after if before.get(key) != after.get(key)} == {changed}


def test_the_mode_in_which_networks_compute_is_part_of_a_keras_stages_code_alone() -> None:
    from experiments.fashion import classification
    from experiments.scratch import neighbors
    from lib.tracking.fingerprint import fingerprint_of  # not where `lib` is a stand-in

    modes = {"lib.training.mode:computing", "lib.training.precision:dtype_policy"}
    trained = fingerprint_of("a.b", "smoke", classification.initial, None, {}).code
    plain = fingerprint_of("a.b", "smoke", neighbors.final, None, {}).code
    assert modes <= set(trained.definitions)
    assert not modes & set(plain.definitions)
    assert "keras" not in plain.libraries
