"""A process of its own that builds a report and verifies it, over a store that it cannot change."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.imports import Ran, call, ran


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


def built_and_verified(runs: Path, root: Path) -> Alone:
    """Build and verify a report on `fashion` in one process, which takes seconds.

    Args:
        runs: the store's folder, of which a copy is read.
        root: an empty folder to work in.
    """
    store, medium, output = root / "mlruns", root / "medium", root / "out.pdf"
    shutil.copytree(runs, store)
    medium.mkdir()
    within, unmounted = _mounted(store, medium)
    database = (store if unmounted else medium) / "mlflow.db"
    process = ran(
        call("report", "build", "fashion", "--output", str(output)),
        call("report", "verify", str(output)),
        within=within,
        environment={"MLFLOW_TRACKING_URI": f"sqlite:///{database}"},
    )
    return Alone(process, output.read_bytes(), unmounted)


def _mounted(folder: Path, medium: Path) -> tuple[Sequence[str], str]:
    """Write the command that runs another one with a folder mounted read-only; or why none can."""
    if shutil.which("unshare") is None:
        return (), "no unshare: a medium cannot be mounted"
    mount = f"mount --bind {folder} {medium} && mount -o remount,ro,bind {medium}"
    inside = ("unshare", "--mount", "--map-root-user", "sh", "-c")
    if subprocess.run([*inside, mount], capture_output=True, check=False).returncode != 0:
        return (), "a medium cannot be mounted here"
    return (*inside, f'{mount} && exec "$@"', "sh"), ""
