"""Copies of the hand-in outside the project, with data, and how its programs are run there."""

import runpy
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from contract.definitions import ROOT

SIZES = {"fruit": 120, "fruit_dev": 60, "fruit_test": 30}


def copied(folder: Path) -> Path:
    """Copy the folder, and add images whose class is the place of a stripe."""
    shutil.copytree(
        ROOT / "experiments" / "sketches" / "handin",
        folder,
        ignore=shutil.ignore_patterns(
            "__pycache__", "datasets", "log_files", "model_files", "*.csv"
        ),
    )
    (folder / "datasets").mkdir()
    for name, n in SIZES.items():
        labels = (np.arange(n) % 6).astype(np.uint8)
        images = np.random.default_rng(n).integers(0, 100, (n, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[:, 4 * label : 4 * label + 4] = 255
        np.save(folder / "datasets" / f"{name}_images.npy", images)
        if name != "fruit_test":
            np.save(folder / "datasets" / f"{name}_labels.npy", labels)
    return folder


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder the current one, whose modules programs in this process import."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")


def run_program(line: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a program of the current folder in this process, and give its exit code."""
    monkeypatch.setattr(sys, "argv", line)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        runpy.run_path(line[0], run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        signal.signal(signal.SIGTERM, handler)
        for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
            del sys.modules[name]
    return 0
