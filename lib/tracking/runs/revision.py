"""Name the commit that a run's code comes from, and whether the files were changed since."""

import os
import shutil
import subprocess
from pathlib import Path

from contract.definitions import ROOT

CHANGED = " (changed)"
NONE = "none"
CODE = ("contract", "experiments", "lib")  # a new file there may be imported before it is tracked
PATIENCE = 10  # seconds for git to answer


def commit(root: Path = ROOT) -> str:
    """Name the commit of the project's work tree.

    Args:
        root: the project's folder.

    Returns:
        The commit, with ` (changed)` if a tracked file differs from it or a file among the code is
        not tracked. "none" if `root` is not the top of a work tree that tracks the project, or if
        git is missing, refuses or does not answer.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or not _same(Path(top), root):
        return NONE
    found = _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    # A copy of the project at the top of another repository does not come from its commit.
    if not found or not _git(root, "ls-files", "--", "contract/names.py"):
        return NONE
    tracked = _git(root, "status", "--porcelain", "--untracked-files=no")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "--", *CODE)
    if tracked is None or new is None:
        return NONE
    return found + (CHANGED if tracked or new else "")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _git(root: Path, *arguments: str) -> str | None:
    """Run git without letting it write or prompt; None if it fails or does not answer."""
    git = shutil.which("git")
    if git is None:
        return None
    # In a hook, GIT_DIR and its like point at another repository.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(
            [git, "-c", "core.fsmonitor=false", *arguments],
            cwd=root,
            env={**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(answer.stdout).strip() if answer.returncode == 0 else None
