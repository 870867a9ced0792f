"""A file is hashed again if, and only if, its size or its time of change differs."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.definitions import ROOT
from lib.data.files import hashes
from lib.data.files.hashes import file_sha256

LONG_AGO = 1_700_000_000


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the files that are really read and hashed, with a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    names: list[str] = []
    digest = hashlib.file_digest

    def watched(file: Any, name: str) -> Any:
        names.append(Path(file.name).name)
        return digest(file, name)

    monkeypatch.setattr("hashlib.file_digest", watched)
    return names


def written(path: Path, content: bytes, changed: float = LONG_AGO) -> str:
    """Write a file that was last changed at a time; its hash."""
    path.write_bytes(content)
    os.utime(path, (changed, changed))
    return hashlib.sha256(content).hexdigest()


def again() -> None:
    """Forget what this process knows, as a new one would, and keep what it has found out."""
    hashes._known().save()
    hashes._of_folder.cache_clear()


def test_a_file_that_has_not_changed_is_read_once(tmp_path: Path, read: list[str]) -> None:
    expected = written(tmp_path / "a", b"one")
    assert [file_sha256(tmp_path / "a") for _ in range(2)] == [expected] * 2
    again()
    assert file_sha256(tmp_path / "a") == expected
    assert read == ["a"]


@pytest.mark.parametrize(("content", "changed"), [(b"two", LONG_AGO + 1), (b"longer", LONG_AGO)])
def test_another_size_or_time_has_it_read_again(
    tmp_path: Path, read: list[str], content: bytes, changed: float
) -> None:
    before = written(tmp_path / "a", b"one")
    assert file_sha256(tmp_path / "a") == before
    again()
    after = written(tmp_path / "a", content, changed)
    assert file_sha256(tmp_path / "a") == after != before
    assert read == ["a", "a"]


def test_the_hash_of_a_file_that_was_changed_just_now_is_not_kept(
    tmp_path: Path, read: list[str]
) -> None:
    for content in (b"one", b"two"):
        (tmp_path / "a").write_bytes(content)
        assert file_sha256(tmp_path / "a") == hashlib.sha256(content).hexdigest()
    assert read == ["a", "a"]


@pytest.mark.parametrize("kept", ["", "[1]", '{"a": 1}', '{"PATH": [3]}', '{"PATH": "x"}', "\0"])
def test_a_damaged_cache_costs_no_more_than_reading_again(
    tmp_path: Path, read: list[str], kept: str
) -> None:
    expected = written(tmp_path / "a", b"one")
    (tmp_path / "cache" / "vouch").mkdir(parents=True)
    kept = kept.replace("PATH", str(tmp_path / "a"))
    (tmp_path / "cache" / "vouch" / hashes.KEPT).write_text(kept)
    assert file_sha256(tmp_path / "a") == expected
    again()
    assert file_sha256(tmp_path / "a") == expected
    assert read == ["a"]


def test_what_one_process_has_hashed_another_one_knows(tmp_path: Path, read: list[str]) -> None:
    expected = written(tmp_path / "a", b"one")
    code = f"from lib.data.files.hashes import *; file_sha256(Path({str(tmp_path / 'a')!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert file_sha256(tmp_path / "a") == expected
    assert read == []
