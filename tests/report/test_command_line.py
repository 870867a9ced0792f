"""The commands as people type them: what they print, where they write, how they exit."""

import functools
import re
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from contract import names
from report import build as building
from report.__main__ import main
from tests.report.conftest import Planted
from tests.report.planted import plant
from tests.report.short_answers import answer_shortly
from tests.report.writer import Writer


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_report_is_built_checked_verified_and_compared(
    built: bytes, brief: bytes, planted: Planted, tmp_path: Path
) -> None:
    planted.write(
        "INSERT INTO tags (key, value, run_uuid) SELECT ?, ?, run_uuid FROM runs",
        *(names.Tag.CITED_BY, "an earlier report"),
    )
    output = tmp_path / "deep" / "hand-in.pdf"
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 0, result.output
    assert re.search(r"hand-in.pdf: \d+ numbers, 11 runs", result.output)
    same = output.read_bytes() == built
    assert same, "the same runs give other bytes in another process, or after a report marked them"
    result = run("check", "fashion")
    assert result.exit_code == 0
    assert "Question 1: 2 sentences (1 to 3 sentences)" in result.output
    result = run("verify", str(output))
    assert result.exit_code == 0, result.output
    assert "is consistent with itself and the store" in result.output
    (tmp_path / "brief.pdf").write_bytes(brief)
    result = run("diff", *[str(tmp_path / "brief.pdf")] * 2)
    assert result.output == "No number, verdict, figure, table or run differs.\n"
    planted.database.unlink()
    result = run("verify", "--offline", str(output))
    assert result.exit_code == 0
    assert "is consistent with itself:" in result.output
    result = run("verify", str(output))
    assert result.exit_code == 1
    assert "Expected a tracking store. Received: nothing" in result.output


def test_the_last_profile_run_is_reported_on_unless_another_is_named(writer: Writer) -> None:
    plant(writer, "full")
    writer.run("classification.explore", profile="quick")
    result = run("check", "fashion")
    assert result.exit_code == 1
    assert "run classification.initial of study fashion, profile quick. Received: none" in (
        result.output
    )
    assert "To fix it: python -m experiments run fashion --profile quick" in result.output
    assert run("check", "fashion", "--profile", "full").exit_code == 0


def test_a_report_that_only_wants_data_becomes_a_draft_that_says_so(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_shortly(tmp_path)
    monkeypatch.setattr(building, "collect", functools.partial(building.collect, root=tmp_path))
    planted.forget(*(f"encoding.{stage}" for stage in ("tuning", "shrink", "final")))
    output = tmp_path / "report.pdf"
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 1  # nobody said that its data was missing
    planted.write(
        "INSERT INTO experiment_tags (key, value, experiment_id)"
        " SELECT ?, ?, experiment_id FROM experiments WHERE name = 'fashion'",
        *(names.lacking("quick", "encoding"), "No images: put them there."),
    )
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 0, result.output
    assert "Expected runs of fashion.encoding. Received: none" in result.stderr
    assert "No images: put them there." in result.stderr
    pages = [page.extract_text() for page in pypdf.PdfReader(output).pages]
    assert all("DRAFT" in page for page in pages)
    assert "No images: put them there." in " ".join(" ".join(pages).split())


def test_a_report_asked_for_before_its_runs_names_the_command(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "To fix it: python -m experiments run fashion --profile quick"
    result = run("build", "fashion", "--output", str(tmp_path / "out.pdf"))
    assert result.exit_code == 1
    assert "Expected runs of study fashion. Received: none" in result.output
    assert command in result.output
    assert not (tmp_path / "out.pdf").exists()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'none.db'}")
    result = run("build", "fashion")
    assert result.exit_code == 1
    assert command in result.output


def test_a_refused_report_leaves_the_one_before_it(planted: Planted, tmp_path: Path) -> None:
    output = tmp_path / "out.pdf"
    output.write_bytes(b"before")
    planted.artifact("classification.final", names.FINGERPRINT_FILE).write_text('{"python": "2"}')
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 1
    assert "stale: Python was 2, is" in result.output
    assert output.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "fashoin"], "Received: fashoin (did you mean 'fashion'?)"),
        (["biuld", "fashion"], "No such command 'biuld'. Did you mean 'build'?"),
        (["build", "fashion", "--prfile", "x"], "Did you mean '--profile'"),
        (["build", "fashion", "--profile", "ful"], "'ful' is not one of"),
        (["build"], "Missing argument 'STUDY'"),
    ],
)
def test_a_wrong_command_line_exits_with_two_and_the_nearest(
    arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_lie_exits_with_one_and_names_it(built: bytes, planted: Planted, tmp_path: Path) -> None:
    output = tmp_path / "out.pdf"
    output.write_bytes(built)
    table = planted.artifact("classification.tuning", "tables/trials.csv")
    table.write_bytes(table.read_bytes().replace(b"0.9084", b"0.9184"))
    result = run("verify", str(output))
    assert result.exit_code == 1
    assert "out.pdf failed verification:" in result.output
    assert "the store holds 0.9184, not 0.9084" in result.output


def test_a_file_that_is_not_there_is_said() -> None:
    result = run("verify", "absent.pdf")
    assert result.exit_code == 1
    assert "Received: nothing at absent.pdf" in result.output


@pytest.mark.usefixtures("planted")
def test_the_vocabulary_lists_each_name_with_meaning_and_value() -> None:
    result = run("vocabulary", "fashion")
    assert result.exit_code == 0
    assert re.search(
        r"\n  epochs +epochs that the first network was trained for = 10\n", result.output
    )
    assert "= 'helped' of 'helped', 'hurt', 'made no measurable difference'" in result.output
    assert "Question 5: Whether dropout helped (1 to 3 sentences)" in result.output
    for word in ("num", "table", "figure", "verdict", "require", "allow"):
        assert word in result.output


def test_the_vocabulary_is_listed_before_there_are_runs(planted: Planted) -> None:
    planted.forget("classification.initial")
    result = run("vocabulary", "fashion")
    assert result.exit_code == 0
    assert "no values: Expected a finished run classification.initial" in result.output
    assert "epochs that the first network was trained for\n" in result.output


LONG = "x" * 300


@pytest.mark.parametrize(
    "line",
    [
        ("verify", f"{LONG}.pdf"),
        ("build", "fashion", "--output", f"{LONG}.pdf"),
    ],
    ids=["verify", "build"],
)
def test_a_name_that_no_file_can_have_gets_a_sentence(line: tuple[str, ...]) -> None:
    result = run(*line)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: Expected ")


def test_a_store_whose_name_no_file_can_have_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / LONG}.db")
    result = run("check", "fashion")
    assert result.exit_code == 1
    assert f"Error: Expected a tracking store. Received: {tmp_path / LONG}" in result.output
