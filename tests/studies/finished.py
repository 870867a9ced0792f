"""Stores in which a study has run on its smoke profile; many tests copy the one of `fashion`."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from click import Command
from click.testing import CliRunner, Result

from contract import names
from contract.definitions import ROOT
from contract.names import Profile, Tag
from experiments.__main__ import main as experiments
from report.__main__ import main as reports
from report.store.reader import open_store
from report.store.runs import Runs
from report.study import Study
from submission import documents, package
from tests.stages import FASHION, named

DATABASE = "mlflow.db"


def address(store: Path) -> str:
    """The address of the store in a folder."""
    return f"sqlite:///{store / DATABASE}"


def invoke(store: Path, program: Command, *args: str) -> Result:
    """Run a program of the project over the store in a folder, in this process."""
    return CliRunner().invoke(program, args, env={"MLFLOW_TRACKING_URI": address(store)})


def call(store: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of the project over the store in a folder."""
    return subprocess.run(
        [sys.executable, "-m", *args],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_TRACKING_URI": address(store)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@dataclass(frozen=True)
class Finished:
    """A store that holds all runs of the study, none of them computed by the test that asks.

    Args:
        folder: holds the database and `artifacts/`.
    """

    folder: Path

    def copy(self, folder: Path, *, without: Collection[str] = ()) -> Path:
        """Copy the store.

        Args:
            folder: where to; it may be there.
            without: stages that have no run in the copy, and no trials. Where there are some, none
                of the others' runs is marked there as current, until somebody asks for it.
        """
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if without:
            with contextlib.closing(sqlite3.connect(folder / DATABASE)) as database, database:
                for name in without:
                    removed = database.execute(
                        "UPDATE runs SET lifecycle_stage = 'deleted' WHERE name = ? OR name LIKE ?",
                        (name, f"{name} %"),
                    )
                    assert removed.rowcount > 0, name
                database.execute("DELETE FROM experiment_tags WHERE key LIKE 'current.%'")
        return folder


def smoke(study: str, names: Collection[str], folder: Path, empty: Path) -> Path:
    """Run a study on its smoke profile in a folder, over a copy of an empty store.

    This process has long imported what the study needs, and its one worker does the work.

    Args:
        study: its name.
        names: all of its stages, none of which may be left out.
        folder: where the store will be.
        empty: an empty store's file.
    """
    shutil.copy(empty, folder / DATABASE)
    done = invoke(folder, experiments, "run", study, "--profile", "smoke", "--workers", "1")
    assert [name for name in names if f"{name}: done" not in done.stderr] == [], done.output
    return folder


def assert_nothing_is_computed_again(study: str, names: Collection[str], store: Path) -> None:
    """Run a study whose stages are all in the store."""
    again = invoke(store, experiments, "run", study, "--profile", "smoke")
    assert again.exit_code == 0, again.output
    assert ": started" not in again.output
    assert again.output.count("already there") == len(names)


def assert_report_verifies(study: str, store: Path) -> None:
    """Build a study's report, which must be no draft, and verify it."""
    report = str(store / f"{study}.pdf")
    for line in (("build", study, "--output", report), ("verify", report)):
        done = invoke(store, reports, *line)
        assert done.exit_code == 0, done.output


def handed_in(study: Study, store: Path) -> bytes:
    """Zip a study's code and documents, and the store of its smoke profile with them."""
    assert study.delivery is not None
    runs = Runs(study.name, Profile.SMOKE, open_store(address(store)))
    held = documents.read(runs, study.delivery.documents)
    assert len(held) == len(study.delivery.documents)
    assert all(content.count(b"\n") > 1 for content in held.values())
    return with_runs({**package.files(study.name, ROOT), **held}, store)


def with_runs(files: Mapping[str, bytes], store: Path) -> bytes:
    """Zip files of the project with the store in a folder.

    The runs are there so that a trial of the zip need not train: a stage is read back only if all
    code that it uses is in the zip and the same.
    """
    paths = [path for path in store.rglob("*") if path.is_file() and path.suffix != ".pdf"]
    held = {f"mlruns/{path.relative_to(store).as_posix()}": path.read_bytes() for path in paths}
    return package.zipped({**files, **held}, "Code")


def status(store: Path, *args: str) -> str:
    """Ask how far the study is by the runs in a store; what is printed."""
    line = ["status", "fashion", "--profile", "smoke", *args]
    asked = invoke(store, experiments, *line)
    assert asked.exit_code == 0, asked.output
    return asked.stdout


def current(store: Path) -> dict[str, tuple[str, str]]:
    """The id and the fingerprint of each stage's current run."""
    point = names.current(Profile.SMOKE, "")
    with contextlib.closing(sqlite3.connect(store / DATABASE)) as database:
        rows = database.execute(
            "SELECT substr(e.key, ?), r.run_uuid, t.value FROM experiment_tags e"
            " JOIN runs r ON r.run_uuid = e.value AND r.lifecycle_stage = 'active'"
            " JOIN tags t ON t.run_uuid = r.run_uuid AND t.key = ?"
            " WHERE substr(e.key, 1, ?) = ? AND r.status = 'FINISHED'",
            (len(point) + 1, Tag.FINGERPRINT.value, len(point), point),
        )
        return {name: (run_id, fingerprint) for name, run_id, fingerprint in rows}


def finish(folder: Path, empty: Path) -> None:
    """Run the study over a copy of an empty store; the folder is there when it is whole."""
    made = folder.with_suffix(".part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    smoke("fashion", named(FASHION), made, empty).rename(folder)
