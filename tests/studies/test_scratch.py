"""The study `scratch` from end to end on its smoke profile, without TensorFlow."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract.definitions import ROOT
from experiments.__main__ import main as experiments
from report.__main__ import main as reports
from tests.stages import SCRATCH, named
from tests.studies.finished import invoke

NAMES = named(SCRATCH)
# Runs the command line, then says which libraries were imported on the way.
RUN = """
import contextlib, json, runpy, sys
sys.argv[1:] = ["run", "scratch", "--profile", "smoke", "--workers", "1"]
with contextlib.suppress(SystemExit):
    runpy.run_module("experiments", run_name="__main__", alter_sys=True)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def call(store: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run Python from the project's folder over a store."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{store / 'mlflow.db'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    folder = tmp_path_factory.mktemp("store")
    shutil.copy(migrated, folder / "mlflow.db")
    result = call(folder, "-c", RUN)
    assert [name for name in NAMES if f"{name}: done" not in result.stderr] == [], result.stderr
    imported = set(json.loads(result.stdout.splitlines()[-1]))
    assert {"numpy", "mlflow"} <= imported
    assert not imported & {"tensorflow", "keras", "keras_tuner"}
    return folder


@pytest.mark.timeout(300)
def test_a_second_run_computes_nothing(store: Path) -> None:
    result = invoke(store, experiments, "run", "scratch", "--profile", "smoke")
    assert result.exit_code == 0, result.output
    assert ": started" not in result.output
    assert result.output.count("already there") == len(NAMES)


@pytest.mark.timeout(300)
def test_the_report_builds_without_a_draft_and_verifies(store: Path) -> None:
    report = store / "scratch.pdf"
    built = invoke(store, reports, "build", "scratch", "--output", str(report))
    assert built.exit_code == 0, built.output
    verified = invoke(store, reports, "verify", str(report))
    assert verified.exit_code == 0, verified.output
