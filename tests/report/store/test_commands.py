"""The commands that an error prints work as printed."""

import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract import names
from contract.definitions import ROOT
from report.__main__ import main
from report.errors import ReportError
from report.store import commands
from report.store.reader import open_store
from report.store.runs import Runs
from tests.report.conftest import Planted
from tests.report.writer import Writer


def typed(command: str) -> None:
    """Type a command into a shell in the project's folder, in which no store is named."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = {key: text for key, text in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env={**shell, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def typed_here(command: str) -> None:
    """Run a command of MLflow in this process, which has imported most of MLflow already."""
    from mlflow.cli import cli

    variable, *words = shlex.split(command)
    name, _, value = variable.partition("=")
    assert words[:3] == ["python", "-m", "mlflow"]
    done = CliRunner().invoke(cli, words[3:], env={name: value})
    assert done.exit_code == 0, done.output


def test_a_deleted_study_is_restored_by_the_command_printed(
    planted: Planted,
) -> None:
    with closing(sqlite3.connect(planted.database)) as database, database:
        database.execute(
            "UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'fashion'"
        )
    result = CliRunner().invoke(main, ["check", "fashion"])
    assert result.exit_code == 1
    said, _, command = result.output.partition("To fix it: ")
    assert "its MLflow experiment 1 is deleted" in said
    typed(command)
    assert CliRunner().invoke(main, ["check", "fashion"]).exit_code == 0


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType")  # by MLflow's commands
def test_a_run_written_to_after_its_end_is_deleted_by_the_command_printed(
    planted: Planted,
) -> None:
    run_id = planted.run_ids["classification.final"]
    with closing(sqlite3.connect(planted.database)) as database, database:
        database.execute(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)"
            " SELECT 'test_accuracy', 0.99, end_time + 60000, run_uuid, 0, 0 FROM runs"
            " WHERE run_uuid = ?",
            (run_id,),
        )
    with pytest.raises(ReportError) as error:
        planted.runs().stage("classification.final").metric("test_accuracy")
    delete, _, again = (error.value.command or "").partition(" && ")
    assert again == "python -m experiments run fashion --profile quick --seed 42"
    typed_here(delete)
    with pytest.raises(ReportError, match="Received: deleted"):
        planted.runs().stage("classification.final")


def test_the_seed_of_the_runs_that_there_are_is_named(writer: Writer) -> None:
    writer.run("classification.explore", tags={names.Tag.SEED: "7"}, profile="smoke")
    runs = Runs("fashion", "smoke", open_store(writer.uri))
    assert runs.remedy == "python -m experiments run fashion --profile smoke --seed 7"


def test_an_address_is_quoted_for_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////data/my runs/mlflow.db?timeout=60&a=b")
    words = shlex.split(commands.of_mlflow("runs", "delete"))
    assert words[0] == "MLFLOW_TRACKING_URI=sqlite:////data/my runs/mlflow.db?timeout=60&a=b"
    assert words[1:] == ["python", "-m", "mlflow", "runs", "delete"]
