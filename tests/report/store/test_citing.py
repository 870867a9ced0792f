"""A finished report tags its runs, once; drafts and refused reports do not."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contract.names import FINGERPRINT_FILE, Tag
from report.__main__ import main
from report.store import citing
from tests.report.conftest import Planted


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def cited_by(planted: Planted) -> set[str]:
    found = [planted.store().run(run_id) for run_id in planted.run_ids.values()]
    return {run.tags.get(Tag.CITED_BY, "") for run in found if run is not None}


@pytest.fixture
def already_set(built: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the PDF as set before: what is marked does not hang on its pages."""
    monkeypatch.setattr("report.pages.pdf.render", lambda _report, draft: built)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The processes that are started."""
    calls: list[list[str]] = []
    really = subprocess.run

    def counted(command: list[str], **options: Any) -> "subprocess.CompletedProcess[Any]":
        calls.append(command)
        return really(command, **options)

    monkeypatch.setattr(subprocess, "run", counted)
    return calls


@pytest.mark.usefixtures("already_set")
def test_a_report_marks_its_runs_and_marks_them_once(
    planted: Planted, tmp_path: Path, started: list[list[str]]
) -> None:
    output = tmp_path / "hand-in.pdf"
    assert cited_by(planted) == {""}
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 0, result.output
    (said,) = cited_by(planted)
    assert said.startswith("hand-in.pdf (SHA-256 ")
    assert len(started) == 1
    assert run("build", "fashion", "--output", str(tmp_path / "again.pdf")).exit_code == 0
    assert cited_by(planted) == {said}
    assert len(started) == 1
    assert run("verify", str(output)).exit_code == 0


@pytest.mark.usefixtures("already_set")
def test_a_store_named_by_a_relative_path_is_marked_too(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlruns/mlflow.db")
    result = run("build", "fashion", "--output", "out.pdf")
    assert result.exit_code == 0, result.output
    assert "" not in cited_by(planted)


@pytest.mark.usefixtures("already_set")
def test_a_draft_and_a_refused_report_mark_nothing(planted: Planted, tmp_path: Path) -> None:
    planted.artifact("classification.final", FINGERPRINT_FILE).write_text('{"python": "2"}')
    output = tmp_path / "draft.pdf"
    assert run("build", "fashion", "--output", str(output)).exit_code == 1
    assert run("build", "fashion", "--draft", "--output", str(output)).exit_code == 0
    assert output.exists()
    assert cited_by(planted) == {""}


@pytest.mark.usefixtures("already_set")
def test_a_store_that_cannot_be_written_is_said_and_the_report_is_there(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.pdf"
    elsewhere = tmp_path / "elsewhere.db"
    monkeypatch.setattr(citing, "store_uri", lambda: f"sqlite:///{elsewhere}")
    result = run("build", "fashion", "--output", str(output))
    assert result.exit_code == 0
    assert "The cited runs could not be tagged in the store" in result.output
    assert "unable to open" in result.output
    assert output.read_bytes().startswith(b"%PDF")
    assert cited_by(planted) == {""}
