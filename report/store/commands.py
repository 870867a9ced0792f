"""Commands for error messages: each can be copied and run, and works on the store that was read."""

import re
import shlex
from collections.abc import Mapping

from contract import addresses

FIRST_SEED = "1"  # the default of `python -m experiments run`


def is_seed(text: str) -> bool:
    """Whether a text is a seed: a whole number from 1."""
    return re.fullmatch(r"[1-9][0-9]{0,18}", text) is not None


def run_study(
    study: str,
    profile: str,
    seed: str = FIRST_SEED,
    options: Mapping[str, str] | None = None,
) -> str:
    """Write the command that makes a study's runs.

    >>> run_study("fashion", "smoke", "7")
    'python -m experiments run fashion --profile smoke --seed 7'
    >>> run_study("sketches", "quick", options={"classes": "cat,eye"})
    'python -m experiments run sketches --profile quick --classes cat,eye'
    """
    parts = ["python", "-m", "experiments", "run", study, "--profile", profile]
    if is_seed(seed) and seed != FIRST_SEED:
        parts += ["--seed", seed]
    for name, value in (options or {}).items():
        parts += [f"--{name}", value]
    return shlex.join(parts)


def of_mlflow(*arguments: str) -> str:
    """Write an MLflow command, with the environment variable that tells it which store to use."""
    uri = addresses.absolute(addresses.named())
    return f"{addresses.VARIABLE}={shlex.quote(uri)} python -m mlflow {shlex.join(arguments)}"
