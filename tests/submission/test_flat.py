"""A zip without folders holds exactly the files that a study names, none larger than allowed."""

import io
import zipfile
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from contract.definitions import ROOT
from experiments.sketches.handin.utils import model_file
from report.delivery import Attempt, Delivery, Flat, Written
from report.errors import ReportError
from report.handin import HandIn
from report.studies import sketches
from submission import checks, flat
from submission.naming import stems

ELEVEN = {
    *("accuracies.py", "main_densenet.py", "main_convnet.py", "main_bestmodel.py"),
    *("densenet_predictions.csv", "convnet_predictions.csv", "best_model_predictions.csv"),
    *("densenet.pt", "convnet.pt", "bestmodel.pt", "README.md"),
}


class Held:
    """Runs that hold given files, whatever the run."""

    remedy = "python -m experiments run sketches"

    def __init__(self, **files: bytes) -> None:
        self.files = files

    def stage(self, name: str) -> Any:
        """Give a run with the files."""
        held = {f"files/{file.replace('__', '.')}": data for file, data in self.files.items()}
        run = SimpleNamespace(name=name, run_id="1234")
        return SimpleNamespace(
            run=run, store=SimpleNamespace(artifact=lambda _run, path: held.get(path))
        )


def runs(**files: bytes) -> Any:
    whole = {
        **{f"{name}__pt": b"weights" for name in ("densenet", "convnet", "bestmodel")},
        "predictions__csv": b"0\n1\n",
        "tried__md": b"## What was tried\n",
        "images__npy": b"images",
    }
    return Held(**{name: data for name, data in (whole | files).items() if data})


def test_sketches_are_handed_in_as_exactly_eleven_files_without_folders() -> None:
    packed = flat.zipped(flat.files(sketches.FLAT, runs(), ROOT))
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert set(archive.namelist()) == ELEVEN
    readme = archive.read("README.md").decode()
    assert readme.startswith("# Sketches in six classes")
    assert readme.endswith("## What was tried\n")
    assert packed == flat.zipped(flat.files(sketches.FLAT, runs(), ROOT))


def test_a_missing_or_too_large_file_is_refused() -> None:
    with pytest.raises(ReportError, match=r"Expected densenet.pt in run densenet.final \(1234\)"):
        flat.files(sketches.FLAT, runs(densenet__pt=b""), ROOT)
    largest = bytes(model_file.MAX_BYTES)
    assert flat.files(sketches.FLAT, runs(bestmodel__pt=largest), ROOT)["bestmodel.pt"] == largest
    with pytest.raises(ReportError, match=r"bestmodel.pt of at most 1,000,000 bytes"):
        flat.files(sketches.FLAT, runs(bestmodel__pt=largest + b"1"), ROOT)


PROGRAM = """
import pathlib, sys
given = pathlib.Path("given/images").read_text()
pathlib.Path(sys.argv[1]).write_text(given)
"""


def attempted(given: bytes, program: str = PROGRAM) -> str:
    """What is said of a zip whose program copies what it is given."""
    attempt = Attempt(
        ("main.py", "{output}"), "labels.csv", (Written("a.final", "images.npy", "given/images"),)
    )
    tried: Flat = replace(sketches.FLAT, attempts=(attempt,))
    packed = flat.zipped({"main.py": program.encode(), "labels.csv": b"0\n1\n2\n"})
    return flat.failure(tried, runs(images__npy=given), packed)


def test_programs_must_write_the_beginning_of_what_is_handed_in() -> None:
    assert attempted(b"0\n1\n") == ""
    assert "does not write what labels.csv begins with" in attempted(b"0\n2\n")
    assert "no luck" in attempted(b"0\n", program="raise SystemExit('no luck')")


def test_files_are_named_after_the_student_and_need_no_group() -> None:
    delivery = sketches.STUDY.delivery
    assert isinstance(delivery, Delivery)
    facts = HandIn(
        student_id="fone1", authors=("Family One",), generative_ai="None.", collaboration="Alone."
    )
    assert stems(facts, delivery) == ("fone1_hw3_programming", "fone1_code")
    assert list(checks.facts(facts, sketches.STUDY, delivery)) == []
    without = replace(facts, student_id="")
    assert list(checks.facts(without, sketches.STUDY, delivery)) == [
        "handin.toml does not set student_id"
    ]
    odd = replace(facts, student_id="f/1")
    assert "Expected letters and digits as student_id" in next(
        checks.facts(odd, sketches.STUDY, delivery)
    )


def test_the_report_and_the_hand_in_agree_on_the_largest_model_file() -> None:
    assert sketches.MAX_BYTES == model_file.MAX_BYTES


def test_what_is_handed_in_lies_in_the_project() -> None:
    folder = ROOT / sketches.FLAT.folder
    names = [f"{sketches.FLAT.package}/{name}.py" for name in sketches.FLAT.modules]
    missing = [name for name in (*sketches.FLAT.programs, *names) if not (folder / name).is_file()]
    assert missing == []
