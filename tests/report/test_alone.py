"""A process of its own builds and verifies a report: what it imports, writes and reads."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.imports import Ran, call, ran
from tests.report.conftest import Planted
from tests.test_startup import TRAINS

HEAVY = TRAINS | {
    "experiments", "joblib", "lib", "matplotlib", "mlflow", "pandas", "sqlalchemy",
}  # fmt: skip


@dataclass(frozen=True)
class Alone:
    """What a process has done.

    Args:
        process: what it printed and imported, building the report and verifying it.
        pdf: the report.
        unmounted: why its store was not on a read-only medium; empty if it was.
    """

    process: Ran
    pdf: bytes
    unmounted: str


def mounted(folder: Path, medium: Path) -> tuple[Sequence[str], str]:
    """Write the command that runs another one with a folder mounted read-only; or why none can."""
    if shutil.which("unshare") is None:
        return (), "no unshare: a medium cannot be mounted"
    mount = f"mount --bind {folder} {medium} && mount -o remount,ro,bind {medium}"
    inside = ("unshare", "--mount", "--map-root-user", "sh", "-c")
    if subprocess.run([*inside, mount], capture_output=True, check=False).returncode != 0:
        return (), "a medium cannot be mounted here"
    return (*inside, f'{mount} && exec "$@"', "sh"), ""


@pytest.fixture(scope="module")
def alone(planted_once: Planted, tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """Build and verify in one process, which takes seconds."""
    root = tmp_path_factory.mktemp("alone")
    store, medium, output = root / "mlruns", root / "medium", root / "out.pdf"
    shutil.copytree(planted_once.root / "mlruns", store)
    medium.mkdir()
    within, unmounted = mounted(store, medium)
    database = (store if unmounted else medium) / "mlflow.db"
    process = ran(
        call("report", "build", "fashion", "--output", str(output)),
        call("report", "verify", str(output)),
        within=within,
        environment={"MLFLOW_TRACKING_URI": f"sqlite:///{database}"},
    )
    return Alone(process, output.read_bytes(), unmounted)


def test_a_report_is_built_and_verified_without_what_trains_or_writes(alone: Alone) -> None:
    assert "is consistent with itself and the store" in alone.process.stdout
    assert [new & HEAVY for new in alone.process.imported] == [set(), set()]


def test_another_process_gives_the_same_bytes(alone: Alone, built: bytes) -> None:
    same = alone.pdf == built
    assert same


def test_a_report_is_built_from_a_store_on_a_read_only_medium(alone: Alone) -> None:
    if alone.unmounted:
        pytest.skip(alone.unmounted)
    (said,) = alone.process.stderr.splitlines()
    assert said.startswith("The cited runs could not be tagged in the store")
    assert "is consistent with itself and the store" in alone.process.stdout
