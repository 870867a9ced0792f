"""Tag the runs that a finished report cites, so that `python -m experiments clean` keeps them.

A report only reads the store. The tags are written by a process of `experiments`, which is started
only if a run is cited for the first time.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from contract import addresses, names
from report.store.reader import ROOT, store_uri
from report.store.runs import Runs

SECONDS = 60.0  # tagging takes about two on a file, longer on a slow server


def cite(path: Path, data: bytes, runs: Runs) -> str:
    """Tag the cited runs that no earlier report is based on.

    Args:
        path: path of the report.
        data: bytes of the report.
        runs: the runs it cites.

    Returns:
        A sentence that says why the runs could not be tagged, for example in a read-only store;
        empty on success.
    """
    uncited = [
        stage.run.run_id
        for stage in runs.cited.values()
        if names.Tag.CITED_BY not in stage.run.tags
    ]
    if not uncited:
        return ""
    report = f"{path.name} (SHA-256 {hashlib.sha256(data).hexdigest()})"
    reason = _marked(["cite", "--", report, *uncited], addresses.absolute(store_uri()))
    if not reason:
        return ""
    return (
        "The cited runs could not be tagged in the store, so"
        f" `python -m experiments clean` may delete them: {reason}"
    )


def _marked(arguments: list[str], uri: str) -> str:
    """Start the process that tags the runs; return why it failed, or nothing."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "experiments", *arguments],
            cwd=ROOT,
            env={**os.environ, addresses.VARIABLE: uri},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS:.0f} s"
    if done.returncode == 0:
        return ""
    last = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
    return last[-1].strip().removeprefix("Error: ")
