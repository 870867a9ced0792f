"""The dependencies: what is imported is declared, what is declared is locked, with hashes."""

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract.definitions import ROOT

ROOMS = (
    *("contract", "lib", "experiments", "report", "annotate", "notebooks", "submission"),
    "bench",
)
GROUPS = {  # what a room may import beside the dependencies
    "tests": ["test", "notebooks"],
    "notebooks": ["notebooks"],
    "bench": ["bench"],
}
# Each runs from its own folder too, with its own tests.
HAND_INS = sorted((ROOT / "experiments").glob("*/handin"))
LOCKS = sorted(ROOT.glob("locks/*.txt"))
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?: ; [^\\]*)? \\$")
SOURCES = {  # lock: whether it carries the project's dependencies, and its groups
    "run": (True, []),
    "notebooks": (True, ["notebooks"]),
    "dev": (True, ["test", "notebooks", "lint", "types", "bench"]),
    "lint": (False, ["lint"]),
    "tox": (False, ["tox"]),
    "course": (True, ["test", "notebooks", "course"]),
}


@functools.cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@functools.cache  # reading what each package contains takes a second
def installed() -> Mapping[str, Sequence[str]]:
    return packages_distributions()


def declared(*groups: str, project: bool = True) -> list[Requirement]:
    lines = list(pyproject()["project"]["dependencies"]) if project else []
    for group in groups:
        lines += [line for line in pyproject()["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


def pins(lock: Path) -> dict[str, set[str]]:
    """Versions of each package in a lock: more than one where they differ between Pythons."""
    versions: dict[str, set[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            versions.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return versions


def imports(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((alias.name.split(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0], path


def is_of_a_hand_in(module: str, path: Path) -> bool:
    """Whether a module is imported from beside, or is what the hand-in is tested with."""
    return any(
        (folder / module).is_dir()
        or (folder / f"{module}.py").is_file()
        or (module == "pytest" and path.parent == folder / "tests")
        for folder in HAND_INS
        if path.is_relative_to(folder)
    )


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_every_import_is_a_declared_dependency(room: str) -> None:
    names = {canonicalize_name(requirement.name) for requirement in declared(*GROUPS.get(room, []))}
    distributions = installed()
    # Type checkers bring `_typeshed` themselves.
    ours = {*ROOMS, "tests", "_typeshed", *sys.stdlib_module_names}

    undeclared = {
        f"{path.relative_to(ROOT)}: {module}"
        for module, path in imports(ROOT / room)
        if module not in ours
        and not is_of_a_hand_in(module, path)
        and not names & {canonicalize_name(name) for name in distributions.get(module, [module])}
    }

    # PyTorch is compared with in an environment of its own.
    assert undeclared <= {"bench/plain_fit.py: torch"}


@pytest.mark.parametrize("name", SOURCES)
def test_lock_satisfies_what_is_declared(name: str) -> None:
    project, groups = SOURCES[name]
    locked = pins(ROOT / "locks" / f"{name}.txt")

    amiss = [
        f"{requirement} (locked: {sorted(locked.get(canonicalize_name(requirement.name), []))})"
        for requirement in declared(*groups, project=project)
        if not locked.get(canonicalize_name(requirement.name))
        or not all(
            requirement.specifier.contains(version)
            for version in locked[canonicalize_name(requirement.name)]
        )
    ]

    assert not amiss, f"{amiss}: tox run -e lock"


def test_every_lock_is_known() -> None:
    assert {lock.stem for lock in LOCKS} == set(SOURCES)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_hashes_every_pin_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    requirements = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert requirements
    for requirement in requirements:
        assert PIN.match(requirement.splitlines()[0]), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert not re.search(r"https?:|file:|^\s*--(?!hash)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", ["run", "notebooks", "lint"])
def test_people_and_developers_get_the_same_versions(name: str) -> None:
    dev = pins(ROOT / "locks" / "dev.txt")
    assert pins(ROOT / "locks" / f"{name}.txt").items() <= dev.items()
