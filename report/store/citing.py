"""Have the runs that a finished report cites marked in the store, so that no cleaning removes them.

A report only reads the store. What writes to it is a process of `experiments`, and it is started
only where a run is cited for the first time.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from contract import addresses, names
from report.store.reader import ROOT, store_uri
from report.store.runs import Runs

SECONDS = 60.0  # for what takes two on a file, and on a server as long as its answers


def cite(path: Path, data: bytes, runs: Runs) -> str:
    """Mark the cited runs that no report has been built on before.

    Args:
        path: of the report.
        data: the report.
        runs: those it cites.

    Returns:
        A sentence that says why they could not be marked, as in a store that can only be read;
        empty where they are.
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
        "The runs that it cites could not be marked in the store, so that"
        f" `python -m experiments clean` may remove them: {reason}"
    )


def _marked(arguments: list[str], uri: str) -> str:
    """Start the process that marks them; why it failed."""
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
