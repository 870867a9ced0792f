"""The hand-in of `scratch`, copied to where there is no project, is a hand-in that works."""

import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contract.definitions import ROOT
from experiments.scratch.handin.read_cifar import BATCHES, DATA_SIZE

SAMPLES = 20  # of a batch: two a class


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder, with batches of random images that are brighter the later the class."""
    folder = tmp_path_factory.mktemp("elsewhere") / "hand-in"
    shutil.copytree(
        ROOT / "experiments" / "scratch" / "handin",
        folder,
        ignore=shutil.ignore_patterns("__pycache__", "data", "results"),
    )
    batches = folder / "data" / "cifar-10-batches-py"
    batches.mkdir(parents=True)
    for number, name in enumerate(BATCHES):
        labels = np.arange(SAMPLES) % 10
        noise = np.random.default_rng(number).integers(0, 20, (SAMPLES, DATA_SIZE))
        images = (noise + 23 * labels[:, np.newaxis]).astype(np.uint8)
        (batches / name).write_bytes(
            pickle.dumps({b"data": images, b"labels": labels.tolist()}, protocol=4)
        )
    return folder


def call(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a folder, where nothing of the project can be imported."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={"OPENBLAS_NUM_THREADS": "1"},  # more would wait for one another: the matrices are tiny
        capture_output=True,
        text=True,
        check=False,
    )


def test_neighbours_are_plotted(alone: Path) -> None:
    done = call(alone, "knn.py")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"k = {k:2}" for k in range(1, 21)]
    assert lines[0].endswith("accuracy 1.0000")  # brightness tells the classes apart
    assert (alone / "results" / "knn.png").read_bytes().startswith(b"\x89PNG")


def test_the_perceptron_is_plotted(alone: Path) -> None:
    done = call(alone, "mlp.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("training accuracy 0.")
    assert (alone / "results" / "mlp.png").read_bytes().startswith(b"\x89PNG")


def test_both_are_cross_validated_on_pixels_and_descriptors(alone: Path) -> None:
    done = call(alone, "cross_validation.py")
    assert done.returncode == 0, done.stderr
    rows = [line.split("  ") for line in done.stdout.splitlines()]
    assert [row[0].strip() for row in rows] == ["pixels"] * 2 + ["HOG"] * 2 + ["LBP"] * 2
    assert rows[0][-1].strip() == "1.0000 +/- 0.0000"


def test_without_a_batch_each_program_ends_with_one_sentence(alone: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(alone, tmp_path / "hand-in")
    (folder / "data" / "cifar-10-batches-py" / "data_batch_3").unlink()
    for program in ("knn.py", "mlp.py", "cross_validation.py"):
        done = call(folder, program)
        assert done.returncode == 1
        assert done.stderr.startswith("Expected six batches in ")
        assert done.stderr.endswith("data_batch_3 missing\n")
        assert done.stderr.count("\n") == 1


@pytest.mark.timeout(120)
def test_its_tests_pass_with_plain_pytest(alone: Path) -> None:
    done = call(alone, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
