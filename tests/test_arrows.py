"""Which package may import which, by static analysis and at run time."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from contract.definitions import ROOT
from tests.imports import ran

ROOMS = ("contract", "lib", "experiments", "report", "annotate", "notebooks", "submission")
HEAVY = {"tensorflow", "keras", "keras_tuner"}

# One line in each room that must not be there, and the contract in pyproject.toml that forbids it.
FORBIDDEN = {
    "contract/planted.py": ("import lib", "contract stands alone"),
    "lib/planted.py": ("import experiments", "lib knows no experiment and no report"),
    "experiments/planted.py": ("import report", "experiments know no report"),
    "report/planted.py": ("import tensorflow", "report reads the store and trains nothing"),
    "annotate/planted.py": ("import lib", "annotate reads through report and trains nothing"),
    "submission/planted.py": (
        "import experiments",
        "submission packs, and runs nothing in its own process",
    ),
    "report/planted_too.py": ("import mlflow", "mlflow has one writer and one reader"),
    "lib/planted_too.py": ("import pickle", "nothing is pickled"),
}


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_rooms_import_only_what_they_may() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_arrow_is_guarded(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for path, (line, _) in FORBIDDEN.items():
        (tmp_path / path).write_text(f"{line}\n", encoding="utf-8")

    printed = lint_imports(tmp_path).stdout

    broken = set(re.findall(r"^(.+) BROKEN\b", printed, flags=re.MULTILINE))
    assert broken == {name for _, name in FORBIDDEN.values()}


def test_no_module_imports_tensorflow_at_its_top() -> None:
    rooms = ("contract", "experiments", "report", "annotate", "submission")
    importing = (
        "import importlib, pkgutil\n"
        "import {room}\n"
        "for module in pkgutil.walk_packages({room}.__path__, '{room}.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)"
    )
    found = ran(*(importing.format(room=room) for room in rooms)).imported
    assert set(rooms) <= frozenset().union(*found)
    assert {room: new & HEAVY for room, new in zip(rooms, found, strict=True) if new & HEAVY} == {}
