"""The commit of a run's code: its repository, and whether files differ from it."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.tracking.runs import revision

WHO = {
    "GIT_AUTHOR_NAME": "Family One",
    "GIT_AUTHOR_EMAIL": "one@example.org",
    "GIT_COMMITTER_NAME": "Family One",
    "GIT_COMMITTER_EMAIL": "one@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **WHO},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def unpacked(folder: Path) -> Path:
    """Write a small project."""
    for name in ("contract/names.py", "lib/code.py", "README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    (folder / ".gitignore").write_text("__pycache__/\nmlruns/\n")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a repository of its own."""
    root = unpacked(tmp_path / "project")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "one")
    return root


def test_a_clean_tree_is_named_by_its_commit(project: Path) -> None:
    (project / "mlruns").mkdir()
    (project / "mlruns" / "mlflow.db").write_text("a store")
    (project / "notes.txt").write_text("no code")
    found = revision.commit(project)
    assert re.fullmatch("[0-9a-f]{40}", found)
    assert found == git(project, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lib/code.py").write_text("x = 2\n"),
        lambda root: (root / "lib/code.py").unlink(),
        lambda root: (root / "lib/more.py").write_text(""),
        lambda root: (root / "README.md").write_text("words") and git(root, "add", "README.md"),
    ],
    ids=["changed", "removed", "new", "staged"],
)
def test_a_changed_tree_is_marked(project: Path, change: Callable[[Path], object]) -> None:
    change(project)
    assert revision.commit(project) == f"{git(project, 'rev-parse', 'HEAD')} (changed)"


def test_a_copy_inside_another_repository_has_no_commit(project: Path) -> None:
    inside = unpacked(project / "copy")
    assert revision.commit(inside) == "none"
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "two")
    assert revision.commit(inside) == "none"


def test_a_copy_at_the_top_of_another_repository_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert revision.commit(tmp_path) == "none"
    (tmp_path / "theirs.txt").write_text("words")
    git(tmp_path, "add", "theirs.txt")
    git(tmp_path, "commit", "--quiet", "--message", "theirs")
    assert revision.commit(unpacked(tmp_path)) == "none"


def test_no_repository_a_bare_one_and_a_broken_one_have_no_commit(tmp_path: Path) -> None:
    assert revision.commit(unpacked(tmp_path)) == "none"
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    assert revision.commit(tmp_path / "bare") == "none"
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert revision.commit(tmp_path) == "none"
    assert revision.commit(tmp_path / "missing") == "none"


def test_without_git_there_is_no_commit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert revision.commit(project) == "none"


@pytest.mark.parametrize(
    "script", ["exec sleep 60", "echo 'fatal: dubious ownership' >&2; exit 128"]
)
def test_a_git_that_hangs_or_refuses_gives_no_commit(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    stand_in = tmp_path / "bin" / "git"
    stand_in.parent.mkdir()
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(revision, "PATIENCE", 0.5)
    assert revision.commit(project) == "none"


def test_another_repository_in_the_environment_is_not_asked(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = revision.commit(project)
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert revision.commit(project) == expected
