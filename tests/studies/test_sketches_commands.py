"""The hand-in's own script trains and predicts with each of its programs."""

import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

from experiments.sketches.handin.utils.model_file import read_model_file
from tests.studies.copies import copied, enter, files, run_program

NAMES = ("densenet", "convnet", "bestmodel")


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A copy of the folder, with data."""
    return copied(tmp_path / "elsewhere")


# What `python3` is to run.sh in its test: it asks the test to run the program. A process of its own
# for each program would import TensorFlow six times, some 25 s.
PYTHON3 = """#!/bin/bash
printf '%s\n' "$*" > asked
read -r status < answered
exit "$status"
"""


def run_script(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run run.sh, its programs in this process one after the other."""
    enter(folder, monkeypatch)
    python3 = folder.parent / "bin" / "python3"
    python3.parent.mkdir()
    python3.write_text(PYTHON3)
    python3.chmod(0o755)
    for name in ("asked", "answered"):
        os.mkfifo(folder / name)
    script = subprocess.Popen(
        ["bash", "run.sh"], env={"PATH": f"{python3.parent}:/usr/bin:/bin"}, cwd=folder
    )

    def tell_of_the_end() -> None:
        script.wait()
        (folder / "asked").write_text("")

    threading.Thread(target=tell_of_the_end).start()
    while line := (folder / "asked").read_text().split():
        (folder / "answered").write_text(f"{run_program(line, monkeypatch)}\n")
    for name in ("asked", "answered"):
        (folder / name).unlink()
    return script.wait()


def test_its_sample_commands_train_and_predict_without_the_project(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(alone)
    commands = (alone / "run.sh").read_text()
    shortened = re.sub(r"--bs \d+ --epochs \d+", "--bs 40 --epochs 3", commands)
    assert shortened.count("--epochs 3\n") == len(NAMES)
    (alone / "run.sh").write_text(shortened)

    assert run_script(alone, monkeypatch) == 0
    made = sorted(files(alone) - before)
    for name in NAMES:
        (log,) = (one for one in made if re.fullmatch(rf"log_files/\d{{12}}_{name}\.log", one))
        (model,) = (one for one in made if re.fullmatch(rf"model_files/\d{{12}}_{name}\.pt", one))
        header, last = (alone / log).read_text().splitlines()
        assert header == "step,train_loss,train_acc,dev_loss,dev_acc"
        assert last.startswith("3,")
        assert read_model_file(alone / model)
        assert (alone / "model_files" / f"{name}.pt").read_bytes() == (alone / model).read_bytes()
        predictions = "best_model" if name == "bestmodel" else name
        text = (alone / f"{predictions}_predictions.csv").read_text()
        assert re.fullmatch(r"([0-5]\n){30}", text)
    assert len(made) == 4 * len(NAMES)  # and nothing else
