"""The hand-in, copied to where there is no project, trains, predicts and names what is wrong."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.sketches.handin.utils.model_file import model_bytes
from experiments.sketches.handin.utils.output import dated_paths
from tests.studies.copies import copied, enter, files, run_program

TRAIN = ("--mode", "train", "--LR", "0.003", "--bs", "40", "--epochs", "3")
PREDICT = ("--mode", "predict", "--weights", "model.pt", "--predictionsFile", "labels.csv")


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A copy of the folder, with data."""
    return copied(tmp_path / "elsewhere")


def call(folder: Path, *args: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """Run Python in a folder, where nothing of the project can be imported."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={"OMP_NUM_THREADS": "1"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def random_model(folder: Path, **arrays: Any) -> None:
    """Write weights of the dense network to `model.pt`."""
    draw = np.random.default_rng(0).normal
    state = {
        "hidden.weight": draw(size=(100, 784)),
        "hidden.bias": draw(size=100),
        "scores.weight": draw(size=(6, 100)),
        "scores.bias": draw(size=6),
    }
    (folder / "model.pt").write_bytes(model_bytes(state | arrays))


def test_two_trainings_in_a_minute_keep_both_models(alone: Path) -> None:
    now = datetime(2022, 2, 28, 0, 0, 59, tzinfo=UTC)
    log, model = dated_paths("densenet", alone, alone, now)
    assert (log.name, model.name) == ("202202280000_densenet.log", "202202280000_densenet.pt")
    model.touch()
    assert dated_paths("densenet", alone, alone, now)[0].name == "20220228000059_densenet.log"


COMMAND_LINES = {
    ("--LR", "0.1"): "the following arguments are required: --mode",
    ("--mode", "test"): "invalid choice: 'test'",
    ("--mode", "train", "--LR", "1"): "required for --mode train: --bs, --epochs",
    ("--mode", "predict", "--LR", "1"): "required for --mode predict: --weights, --predictionsFile",
    (*TRAIN, "--LR", "nan"): "argument --LR: expected a rate above 0, received nan",
    (*TRAIN, "--LR", "x"): "argument --LR: expected a rate above 0, received x",
    (
        *TRAIN,
        "--bs",
        "0",
    ): "argument --bs: expected a whole number from 1 to 2147483647, received 0",
    (
        *TRAIN,
        "--epochs",
        "2.5",
    ): "argument --epochs: expected a whole number from 1 to 2147483647, received 2.5",
}


def saved(name: str, make: Callable[[], Any]) -> Callable[[Path], None]:
    return lambda folder: np.save(folder / "datasets" / f"{name}.npy", make())


def written(name: str, content: bytes) -> Callable[[Path], int]:
    return lambda folder: (folder / name).write_bytes(content)


def promising_too_much(folder: Path) -> None:
    path = folder / "datasets" / "fruit_images.npy"
    path.write_bytes(path.read_bytes().replace(b"(120, 28, 28)", b"(10**9, 28, 28)".ljust(13)))


def a_folder_in_its_place(folder: Path) -> None:
    (folder / "labels.csv").mkdir()


WRONG: dict[str, tuple[Callable[[Path], Any], tuple[str, ...], str]] = {
    "no data": (
        lambda f: shutil.rmtree(f / "datasets"),
        TRAIN,
        "datasets/fruit_images.npy: No such",
    ),
    "no test images": (
        lambda f: (f / "datasets" / "fruit_test_images.npy").unlink(),
        PREDICT,
        "fruit_test_images.npy: No such file",
    ),
    "flat images": (
        saved("fruit_images", lambda: np.zeros((120, 784), np.uint8)),
        TRAIN,
        "(120, 784)",
    ),
    "images of floats": (saved("fruit_images", lambda: np.zeros((120, 28, 28))), TRAIN, "float64"),
    "no images": (
        saved("fruit_test_images", lambda: np.zeros((0, 28, 28), np.uint8)),
        PREDICT,
        "(0,",
    ),
    "pickled images": (
        lambda f: np.save(f / "datasets/fruit_images.npy", np.array([None]), allow_pickle=True),
        TRAIN,
        "NumPy array",
    ),
    "text for images": (
        written("datasets/fruit_images.npy", b"images"),
        TRAIN,
        "does not start like",
    ),
    "half the images": (
        lambda f: os.truncate(f / "datasets/fruit_images.npy", 5000),
        TRAIN,
        "NumPy array",
    ),
    "a header for more than there is": (promising_too_much, TRAIN, "NumPy array"),
    "too few labels": (saved("fruit_labels", lambda: np.zeros(7, np.uint8)), TRAIN, "(7,)"),
    "labels of floats": (saved("fruit_dev_labels", lambda: np.zeros(60)), TRAIN, "float64"),
    "a seventh class": (
        saved("fruit_labels", lambda: np.full(120, 6, np.uint8)),
        TRAIN,
        "Received: 6",
    ),
    "a batch of more than all": (lambda _: None, (*TRAIN, "--bs", "121"), "at most 120 images"),
    "a file for a folder": (written("log_files", b""), TRAIN, "log_files"),
    "no weights": (lambda f: (f / "model.pt").unlink(), PREDICT, "model.pt: No such file"),
    "other bytes": (written("model.pt", b"weights"), PREDICT, "Expected a PyTorch state dict"),
    "a folder for predictions": (a_folder_in_its_place, PREDICT, "labels.csv, which is not a file"),
    "a place that cannot be": (
        lambda _: None,
        (*PREDICT, "--predictionsFile", "model.pt/labels.csv"),
        "model.pt",
    ),
    "a device for predictions": (
        lambda _: None,
        (*PREDICT, "--predictionsFile", "/dev/full"),
        "/dev/full, which is not a file",
    ),
    "weights of another width": (
        lambda f: random_model(f, **{"hidden.bias": np.zeros(50)}),
        PREDICT,
        "hidden.bias of shape (50,) instead of (100,) (in model.pt)",
    ),
    "a rate at which all is lost": (
        lambda _: None,
        (*TRAIN, "--LR", "1e30"),
        "Expected a finite loss",
    ),
}


# Runs the program in each of some folders, as `python main_densenet.py` would. All in one process:
# each would import NumPy, and some TensorFlow, for 5 s.
RUNS = """
import json, os, runpy, sys, tempfile, traceback

def run():
    try:
        runpy.run_path("main_densenet.py", run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0

ended = open("ended", "w")
for folder, arguments in json.load(sys.stdin):
    os.chdir(folder)
    sys.path[0], sys.argv = folder, ["main_densenet.py", *arguments]
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        code = run()
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        said.seek(0)
        print(json.dumps([code, said.read().decode()]), file=ended, flush=True)
    for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
        del sys.modules[name]
"""


@dataclass(frozen=True)
class Ended:
    """How a program ended, and the folder's files before and after."""

    code: int
    said: str
    before: set[str]
    after: set[str]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[object, Ended]:
    """How the program ended, by what was wrong."""
    runs: dict[object, tuple[Path, tuple[str, ...]]] = {}
    for arguments in COMMAND_LINES:
        runs[arguments] = copied(tmp_path_factory.mktemp("folder") / "elsewhere"), arguments
    for what, (spoil, arguments, _) in WRONG.items():
        runs[what] = copied(tmp_path_factory.mktemp("folder") / "elsewhere"), arguments
        random_model(runs[what][0])
        spoil(runs[what][0])
    before = {what: files(folder) for what, (folder, _) in runs.items()}
    started_in = tmp_path_factory.mktemp("runs")
    given = json.dumps([(str(folder), arguments) for folder, arguments in runs.values()])
    done = call(started_in, "-c", RUNS, given=given)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in (started_in / "ended").read_text().splitlines()]
    return {
        what: Ended(code, said, before[what], files(runs[what][0]))
        for what, (code, said) in zip(runs, found, strict=True)
    }


@pytest.mark.parametrize("arguments", COMMAND_LINES)
def test_a_wrong_command_line_ends_with_2_and_usage(
    arguments: tuple[str, ...], ended: dict[object, Ended]
) -> None:
    found = ended[arguments]
    assert found.code == 2
    assert found.said.startswith("usage: main_densenet.py")
    assert COMMAND_LINES[arguments] in found.said
    assert found.after == found.before


@pytest.mark.parametrize("what", WRONG)
def test_whatever_else_is_wrong_is_one_sentence_and_leaves_nothing(
    what: str, ended: dict[object, Ended]
) -> None:
    found = ended[what]
    assert found.code == 1
    assert WRONG[what][2] in found.said
    assert found.said.count("\n") == 1
    assert found.after == found.before


def test_it_ends_alike_in_a_process_of_its_own(alone: Path, ended: dict[object, Ended]) -> None:
    shutil.rmtree(alone / "datasets")
    for what, arguments in (("no data", TRAIN), (("--LR", "0.1"), ("--LR", "0.1"))):
        done = call(alone, "main_densenet.py", *arguments)
        assert (done.returncode, done.stderr) == (ended[what].code, ended[what].said)


def test_predictions_that_are_there_are_kept_until_new_ones_are_complete(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_model(alone, **{"scores.bias": np.zeros(5)})
    (alone / "labels.csv").write_text("old\n")
    enter(alone, monkeypatch)
    assert run_program(["main_densenet.py", *PREDICT], monkeypatch) == 1
    assert (alone / "labels.csv").read_text() == "old\n"


def test_the_model_file_is_an_archive_of_uncompressed_records(alone: Path) -> None:
    random_model(alone)
    with zipfile.ZipFile(alone / "model.pt") as archive:
        assert archive.testzip() is None
        assert "archive/data.pkl" in archive.namelist()
