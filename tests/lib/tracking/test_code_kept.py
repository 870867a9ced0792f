"""The code that a stage uses is looked up once, and again when a file of the project changes."""

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lib.tracking import code
from lib.tracking.code import Code, code_of

LONG_AGO = 1_700_000_000
STAGE = "from lib.shapes import area\n\n\ndef stage(data):\n    return area(data)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two modules, long unchanged, with a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    write(root / "experiments" / "study.py", STAGE)
    write(
        root / "lib" / "shapes.py",
        "import numpy\n\n\ndef area(data):\n    return numpy.sum(data)\n",
    )
    return root


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions that were really walked from."""
    names: list[str] = []
    walked = code._walked

    def watched(named: list[tuple[str, str]], root: Path) -> Any:
        names.extend(name for _, name in named)
        return walked(named, root)

    monkeypatch.setattr(code, "_walked", watched)
    return names


def write(path: Path, text: str, changed: float = LONG_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (changed, changed))


def found(project: Path) -> Code:
    function: Any = SimpleNamespace(__module__="experiments.study", __qualname__="stage")
    return code_of(function, root=project)


def again(project: Path) -> Code:
    """Ask as a new process would, when this one has ended."""
    code._known().save()
    code._of_folder.cache_clear()
    return found(project)


def test_the_same_files_are_walked_over_once(project: Path, walks: list[str]) -> None:
    first = found(project)
    assert set(first.definitions) == {"experiments.study:stage", "lib.shapes:area"}
    assert again(project) == found(project) == first
    assert walks == ["stage"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "lib/shapes.py",
            "import scipy\n\n\ndef area(data):\n    return scipy.sum(data)\n",
        ),  # as long
        ("lib/shapes/__init__.py", "def area(data):\n    return 1\n"),
        ("lib/deep/deeper/unused.py", ""),
    ],
)
def test_other_files_are_walked_over_again(
    project: Path, walks: list[str], name: str, text: str
) -> None:
    found(project)
    write(project / name, text, LONG_AGO + 1)
    after = again(project)
    assert walks == ["stage", "stage"]
    hashes, packages = code._walked([("experiments.study", "stage")], project)
    assert (after.definitions, list(after.libraries)) == (hashes, packages)


def test_a_package_that_is_gone_is_not_looked_for(project: Path, walks: list[str]) -> None:
    again(project)
    shutil.rmtree(project / "lib")
    assert set(again(project).definitions) == {"experiments.study:stage"}
    assert walks == ["stage", "stage"]


def test_of_files_changed_just_now_nothing_is_kept(project: Path, walks: list[str]) -> None:
    (project / "lib" / "shapes.py").write_text("def area(data):\n    return 1\n")
    before = found(project)
    (project / "lib" / "shapes.py").write_text("def area(data):\n    return 2\n")
    assert again(project) != before
    assert walks == ["stage", "stage"]


def test_what_was_found_in_former_files_is_forgotten(project: Path) -> None:
    found(project)
    again(project)
    write(project / "lib" / "shapes.py", "def area(data):\n    return 1\n", LONG_AGO + 1)
    found(project)
    again(project)
    assert len(code._known().found) == 1


@pytest.mark.parametrize(
    "value", ["[]", "[1, 2]", "null", '[{}, "a"]', '["a", {"gone.x:y": 1}, [1]]']
)
def test_damaged_values_cost_no_more_than_another_walk(
    project: Path, walks: list[str], value: str
) -> None:
    before = found(project)
    again(project)
    file = project.parent / "cache" / "vouch" / code.KEPT
    name = next(iter(code._known().found))
    file.write_text(f"{{{json.dumps(name)}: {value}}}")
    code._of_folder.cache_clear()
    assert found(project) == before
    assert walks == ["stage", "stage"]


def test_which_distributions_bring_a_package_is_kept_until_something_is_installed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = project.parent / "site-packages"
    monkeypatch.setattr("sys.path", [str(installed)])

    def install(name: str, package: str, changed: float) -> None:
        write(installed / f"{name}-1.0.dist-info" / "METADATA", f"Name: {name}\nVersion: 1.0\n")
        write(installed / f"{name}-1.0.dist-info" / "top_level.txt", f"{package}\n")
        os.utime(installed, (changed, changed))
        code._known().save()
        code._of_folder.cache_clear()
        code._distributions.cache_clear()

    install("scikit-learn", "sklearn", LONG_AGO)
    assert code._distributions()["sklearn"] == ["scikit-learn"]
    (installed / "scikit-learn-1.0.dist-info" / "top_level.txt").write_text("")
    install("pillow", "PIL", LONG_AGO)  # so that another look would find other things
    assert code._distributions() == {"sklearn": ["scikit-learn"]}
    install("pillow", "PIL", LONG_AGO + 1)
    assert code._distributions() == {"PIL": ["pillow"]}
    monkeypatch.undo()
    code._distributions.cache_clear()


def test_a_module_of_a_librarys_name_is_walked_over(project: Path, walks: list[str]) -> None:
    assert set(again(project).libraries) == {"numpy"}
    write(project / "numpy.py", "def sum(data):\n    return 0\n")
    assert "numpy:sum" in again(project).definitions
    assert walks == ["stage", "stage"]
    assert again(project) == again(project)
    write(project / "numpy.py", "def sum(data):\n    return 1\n", LONG_AGO + 1)
    again(project)
    assert walks == ["stage"] * 3
