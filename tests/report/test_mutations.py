"""Whatever happens to a store or to a file that a person writes, commands answer with a sentence.

VOUCH_MUTATIONS=500 tries that many of each.
"""

import functools
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from annotate.desk import Desk, Neighbor, Sample
from contract import causes
from contract.names import FINGERPRINT_FILE, Profile
from report import build as building
from report.__main__ import main
from report.errors import ReportError
from report.store.reader import ROOT
from report.verification.carried import Carried
from report.verification.verify import disagreements
from tests.report.conftest import Planted
from tests.report.mutations import OF_BYTES, mutate_store, mutated
from tests.report.short_answers import answer_shortly

# More than a test may take where they are many: give --timeout 0 with them.
COUNT = int(os.environ.get("VOUCH_MUTATIONS", "16"))
HANDIN = """# who we are
group = 21
authors = ["Family One", "Family van den Two"]
family_names = ["One", "van den Two"]
generative_ai = \"\"\"We asked it for the name of a colour – and used “none”.
It knew.\"\"\"
collaboration = "Everybody did all of it."
"""
CAUSES = """test_index,causes,remark,profile
17,noise;overfitting,a blur,quick
28,overlapping labels,"a sleeve, or
a handle – who knows",quick
39,overfitting,,quick
40,,looks like a dress,full
"""
BLANK = np.zeros((28, 28), np.uint8)
NEAR = Neighbor(BLANK, "Coat", 1.0)
SAMPLES = [Sample(at, BLANK, "Coat", "Shirt", NEAR, NEAR, ()) for at in (17, 28, 39)]


@pytest.fixture
def project(planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder whose study has run, where the commands look for answers."""
    root = tmp_path / "project"
    answer_shortly(root)
    (root / "answers" / "fashion").mkdir(parents=True)
    said = {"judged": {"17": "noise;overfitting"}, "remarks": {"17": "a blur"}}
    parts = planted.artifact("explainability.causes", FINGERPRINT_FILE)
    parts.write_text(f'{{"parameters": {said}}}'.replace("'", '"'))
    monkeypatch.setattr(building, "collect", functools.partial(building.collect, root=root))
    return root


def answer() -> str:
    """Check the report: it passes, or the output says what was expected and where."""
    result = CliRunner().invoke(main, ["check", "fashion"])
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        result.exc_info and result.exc_info[1]
    )
    assert result.exit_code in (0, 1)
    assert "Traceback" not in result.output
    assert result.exit_code == 0 or re.search(
        r"Expected|is stale|no longer|\.md\.j2:\d+: ", result.output
    )
    return result.output


def answer_and_verify(planted: Planted, carried: Carried) -> str:
    """Check the report and verify an earlier one against the store; all that is said."""
    result = CliRunner().invoke(main, ["check", "fashion"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 1)
    assert result.exit_code == 0 or result.output.startswith("Error: ")
    try:
        wrong = "\n".join(disagreements(carried, planted.store()))
    except ReportError as error:
        wrong = str(error)
    said = "" if result.exit_code == 0 else result.output
    assert len(said + wrong) < 40_000
    return said + wrong


def test_a_damaged_store_is_answered_with_a_sentence(planted: Planted, carried: Carried) -> None:
    with closing(sqlite3.connect(planted.database)) as database:
        # So that the whole store is in one file.
        assert database.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    before, refused = planted.database.read_bytes(), 0
    for seed in range(COUNT // 2):
        planted.database.write_bytes(before)
        changed = mutate_store(planted.database, seed)
        try:
            refused += bool(answer_and_verify(planted, carried))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {changed}") from error
    assert refused > COUNT / 16


def test_a_damaged_artifact_is_answered_with_a_sentence(planted: Planted, carried: Carried) -> None:
    files = sorted(path for path in planted.root.rglob("artifacts/*/*/*/**/*") if path.is_file())
    assert {".csv", ".npy", ".svg", ".json"} <= {path.suffix for path in files}
    refused = 0
    for seed in range(COUNT // 2):
        file = files[seed * 7 % len(files)]
        before = file.read_bytes()
        kinds = {} if file.suffix in {".csv", ".json"} else {"kinds": OF_BYTES}
        file.write_bytes(mutated(before, seed, **kinds))
        try:
            refused += bool(answer_and_verify(planted, carried))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {file.name}") from error
        file.write_bytes(before)
    assert refused > COUNT / 16


def judgements(file: Path) -> str:
    """Read judgements as the page does, and return the error."""
    try:
        Desk("fashion", Profile.QUICK, SAMPLES, file)
    except causes.JudgementError as error:
        return str(error)
    return ""


def test_a_damaged_handin_is_answered_with_a_sentence(project: Path) -> None:
    refused = 0
    for seed in range(COUNT):
        (project / "handin.toml").write_bytes(mutated(HANDIN.encode(), seed))
        refused += "handin.toml:" in answer()
    assert refused > COUNT / 4


@pytest.mark.parametrize("question", [1, 9])
def test_a_damaged_answer_is_answered_with_a_sentence(project: Path, question: int) -> None:
    source = (ROOT / "templates" / "fashion" / f"q{question}.md.j2").read_bytes()
    file = project / "answers" / "fashion" / f"q{question}.md.j2"
    for seed in range(COUNT // 2):
        file.write_bytes(mutated(source, 2 * seed + question % 2))
        answer()


def test_damaged_judgements_are_answered_with_a_sentence(project: Path) -> None:
    file = causes.path("fashion", project)
    refused = 0
    for seed in range(COUNT):
        file.write_bytes(mutated(CAUSES.encode(), seed))
        answer()
        said = judgements(file)
        assert re.search(r"^$|causes.csv(, line \d+|:\d+:\d+)?: Expected", said)
        refused += bool(said)
    assert refused > COUNT / 4


def test_a_long_name_is_cut_in_what_verify_says(planted: Planted, carried: Carried) -> None:
    with closing(sqlite3.connect(planted.database)) as database, database:
        renamed = "UPDATE experiments SET name = ? WHERE name = 'fashion'"
        assert database.execute(renamed, ["x" * 10_000]).rowcount
        database.execute("DELETE FROM experiment_tags")
    said = answer_and_verify(planted, carried)
    assert f"it belongs to study '{'x' * 80}' and 9,920 more characters, not 'fashion'" in said
