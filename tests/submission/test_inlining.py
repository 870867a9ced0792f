"""A program written as one file does what it does beside its modules."""

import subprocess
import sys
from pathlib import Path

import pytest

from contract.definitions import ROOT
from report.errors import ReportError
from submission.inlining import inlined

PROGRAM = '''"""Greet.

python main.py
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import decimal

LIMIT = 3


def double(value: "decimal.Decimal") -> "decimal.Decimal":
    """Double it."""
    return 2 * value


def main() -> None:
    """Greet."""
    from parts.greeting import Greeting  # beside this file

    print(Greeting("all", double(LIMIT)))


if __name__ == "__main__":
    main()
'''
GREETING = '''"""Greetings."""

from dataclasses import dataclass

from .counting import times
from .spelling import spelled


@dataclass(frozen=True)
class Greeting:
    """A greeting."""

    name: str
    count: int

    def __str__(self) -> str:
        """Say it."""
        return spelled(times("hi ", self.count) + self.name)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program with modules in a folder beside it."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.py").write_text(PROGRAM)
    (tmp_path / "parts" / "greeting.py").write_text(GREETING)
    (tmp_path / "parts" / "counting.py").write_text(
        "from dataclasses import field\nUNUSED = field\ndef times(what, n):\n    return what * n\n"
    )
    (tmp_path / "parts" / "spelling.py").write_text("def spelled(what):\n    return what.upper()\n")
    return tmp_path


def said(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, path.name], cwd=path.parent, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_one_file_says_the_same_without_the_folder(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "main.py").write_bytes(inlined(folder / "main.py", "parts", ("spelling",)))
    (alone / "spelling.py").write_bytes((folder / "parts" / "spelling.py").read_bytes())
    assert said(alone / "main.py") == said(folder / "main.py") == "HI HI HI HI HI HI ALL\n"
    text = (alone / "main.py").read_text()
    assert "from dataclasses import dataclass, field" in text
    assert "from spelling import spelled" in text
    assert "parts" not in text


def test_a_name_that_two_files_define_differently_is_refused(folder: Path) -> None:
    (folder / "parts" / "spelling.py").write_text(
        "LIMIT = 4\ndef spelled(what):\n    return what\n"
    )
    with pytest.raises(ReportError, match=r"Received: LIMIT, defined in spelling.py and otherwise"):
        inlined(folder / "main.py", "parts", ())
    (folder / "parts" / "spelling.py").write_text(
        "LIMIT = 3\ndef spelled(what):\n    return what\n"
    )
    assert inlined(folder / "main.py", "parts", ()).count(b"LIMIT = 3") == 1


@pytest.mark.parametrize("name", ["densenet", "convnet", "bestmodel"])
def test_a_program_for_sketches_knows_its_command_line_as_one_file(
    name: str, tmp_path: Path
) -> None:
    handin = ROOT / "experiments" / "sketches" / "handin"
    program = tmp_path / f"main_{name}.py"
    program.write_bytes(inlined(handin / program.name, "utils", ("accuracies",)))
    (tmp_path / "accuracies.py").write_bytes((handin / "utils" / "accuracies.py").read_bytes())
    done = subprocess.run(
        [sys.executable, program.name, "--mode", "train"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "required for --mode train: --LR, --bs, --epochs" in done.stderr
