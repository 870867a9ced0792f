"""Building a report, from a planted store to a PDF."""

import json
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from report.__main__ import main
from report.build import collect
from report.pdf import render
from report.runs import Runs
from report.store import open_store
from report.studies.fashion import STUDY
from tests.report.writer import Writer


def build(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["build", *arguments])


def test_a_planted_study_becomes_a_pdf_that_carries_its_evidence(
    planted: Writer, tmp_path: Path
) -> None:
    output = tmp_path / "report.pdf"
    result = build("fashion", "--output", str(output))
    assert result.exit_code == 0, result.output
    reader = pypdf.PdfReader(BytesIO(output.read_bytes()))
    evidence = json.loads(reader.attachments["evidence.json"][0])
    assert evidence["study"] == "fashion"
    assert evidence["profile"] == "quick"
    assert {run["run_id"] for run in evidence["runs"]} == set(planted.run_ids.values())
    shown = next(
        number for number in evidence["numbers"] if number.get("metric") == "test_accuracy"
    )
    assert shown["value"] == 0.9123
    assert shown["text"] == "0.912"
    assert shown["question"] == 6
    assert shown["run_id"] == planted.run_ids["classification.final"]


@pytest.mark.usefixtures("planted")
def test_the_same_runs_give_the_same_bytes() -> None:
    def once() -> bytes:
        from report.store import store_uri

        return render(collect(STUDY, Runs("fashion", "quick", open_store(store_uri()))))

    assert once() == once()
