"""CONTRIBUTING.md's five steps, followed to the letter in a copy of the project."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract.definitions import ROOT

STEP = re.compile(r"^\*\*\d\. [^`]*?`([\w./]+)`.*?^```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROOMS = ("contract", "lib", "experiments", "report", "templates")


def steps() -> dict[str, str]:
    """The files that the steps ask for: text by path."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(STEP.findall(text))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project to which the steps have been done."""
    # With what Python has compiled, which takes it a second, but not what it is writing just now.
    unfinished = shutil.ignore_patterns("*.pyc.*")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=unfinished)
    for path, text in steps().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    studies = tmp_path / "report" / "studies" / "__init__.py"
    changed = re.sub(
        r"(?<=STUDIES: tuple\[Study, \.\.\.\] = \()", "guess.STUDY, ", studies.read_text()
    )
    studies.write_text(f"from report.studies import guess\n{changed}")
    return tmp_path


def python(project: Path, *arguments: str) -> str:
    """Run one of the programs on the copy's own store; its standard output."""
    kept = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=project,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_five_steps() -> None:
    assert len(steps()) == 5


def test_five_steps_lead_from_nothing_to_a_report(project: Path) -> None:
    job = configparser.ConfigParser(interpolation=None)
    job.read_string(steps()["tox.ini"])
    commands = job["testenv:guess"]["commands"].strip().splitlines()
    smoke = [line.removeprefix("python -m ").format(posargs="--profile smoke") for line in commands]

    for line in smoke:
        python(project, *line.split())

    assert (project / "build" / "guess.pdf").read_bytes().startswith(b"%PDF-")
