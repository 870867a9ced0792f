"""Have the runs that a finished report cites marked in the store, so that no cleaning removes them.

A report only reads the store. What writes to it is a process of `experiments`, and it is started
only where a run is cited for the first time.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from contract import names
from report.errors import ReportError
from report.store.reader import ROOT, store_uri
from report.store.runs import Runs

SQLITE = "sqlite:///"


def cite(path: Path, data: bytes, runs: Runs) -> None:
    """Mark the cited runs that no report has been built on before.

    Args:
        path: of the report.
        data: the report.
        runs: those it cites.

    Raises:
        ReportError: the store cannot be written.
    """
    uncited = [
        stage.run.run_id
        for stage in runs.cited.values()
        if names.Tag.CITED_BY not in stage.run.tags
    ]
    if not uncited:
        return
    uri = store_uri()
    if uri.startswith(SQLITE):  # from wherever it is named, below
        uri = f"{SQLITE}{Path(uri.removeprefix(SQLITE)).absolute()}"
    report = f"{path.name} (SHA-256 {hashlib.sha256(data).hexdigest()})"
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "cite", "--", report, *uncited],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_TRACKING_URI": uri},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().removeprefix("Error: ")
        raise ReportError(
            f"{path} is built, but the runs it cites could not be marked in the store, so that"
            f" `python -m experiments clean` may remove them: {reason}"
        )
