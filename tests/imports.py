"""Which modules the project's programs import, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.definitions import ROOT

# Packages that train networks, and all that take long to import.
TRAINS = {"tensorflow", "keras", "keras_tuner", "tensorboard"}
HEAVY = TRAINS | {
    "cleanlab", "dask", "distributed", "joblib", "matplotlib", "mlflow", "pandas", "PIL", "pooch",
    "requests", "rich", "scipy", "seaborn", "skimage", "sklearn", "sqlalchemy", "weasyprint",
}  # fmt: skip

SCRIPT = """
import json, sys
found, known = [], set()
for part in {parts}:
    exec(part, {{"__name__": "__main__"}})
    names = {{name.partition(".")[0] for name in sys.modules}}
    found.append(sorted(names - known))
    known |= names
print(json.dumps(found), file=sys.stderr)
"""
CALL = """
import runpy, sys
sys.argv[1:] = {line}
try:
    runpy.run_module({program!r}, run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
"""


@dataclass(frozen=True)
class Ran:
    """What a process has printed and imported.

    Args:
        stdout: its standard output.
        stderr: its standard error.
        imported: for each of its parts, the packages that it was the first to import.
    """

    stdout: str
    stderr: str
    imported: tuple[frozenset[str], ...]


def ran(
    *parts: str, within: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Ran:
    """Run pieces of Python in a process of its own, one after the other.

    Args:
        parts: the pieces.
        within: a command that runs the command at its end.
        environment: variables beside those of this process.
    """
    done = subprocess.run(
        [*within, sys.executable, "-c", SCRIPT.format(parts=list(parts))],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *printed, last = done.stderr.splitlines(keepends=True)
    return Ran(done.stdout, "".join(printed), tuple(map(frozenset, json.loads(last))))


def call(program: str, *line: str) -> str:
    """Write the piece of Python that calls a program of the project."""
    return CALL.format(program=program, line=list(line))
