"""Try the zip as its recipient will: unpack it elsewhere, run its smoke profile, build, verify."""

import os
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

COMMANDS = (
    ("experiments", "run", "{study}", "--profile", "smoke"),
    ("report", "build", "{study}", "--profile", "smoke", "--output", "trial.pdf"),
    ("report", "verify", "trial.pdf"),
)
SECONDS = 600
OWN = ("MLFLOW_TRACKING_URI", "PYTHONPATH")  # variables that would point back to this project


def failure(packed: bytes, study: str) -> str:
    """Return why the zip does not run; empty if it does.

    Args:
        packed: the zip.
        study: the study whose smoke profile is run, and whose report on it must verify.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    with tempfile.TemporaryDirectory(prefix="vouch-submission-") as folder:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            archive.extractall(folder)
        (inside,) = Path(folder).iterdir()
        for command in COMMANDS:
            line = [part.format(study=study) for part in command]
            done = subprocess.run(
                [sys.executable, "-m", *line],
                cwd=inside,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
            if done.returncode != 0:
                said = done.stderr.strip() or done.stdout.strip()
                return f"python -m {' '.join(line)} fails in the unpacked zip: {said[-2000:]}"
    return ""
