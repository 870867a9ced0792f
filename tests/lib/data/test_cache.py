"""What is kept in the cache is complete or absent, whoever is killed while making it."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.data import DataNotFoundError
from lib.data.cache import keep, once


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    target, made = tmp_path / "deep" / "kept", []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("all of it")

    for _ in range(2):
        assert keep(target, make).read_text() == "all of it"
    assert len(made) == 1


def test_of_several_that_ask_at_once_one_makes_it(tmp_path: Path) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("all of it")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keep(tmp_path / "kept", make).read_text(), range(8)))
    assert found == ["all of it"] * 8
    assert len(made) == 1


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def make(path: Path) -> None:
        path.mkdir()
        (path / "half").write_text("half of it")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keep(tmp_path / "kept", make)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


KILLED = """
import os, signal, sys
from pathlib import Path
from lib.data.cache import keep, once

def make(path):
    path.mkdir()
    (path / "half").write_text("half of it")
    os.kill(os.getpid(), signal.SIGKILL)

keep(Path(sys.argv[1]), make)
"""


def test_what_a_killed_process_left_is_not_taken_for_the_result(tmp_path: Path) -> None:
    target = tmp_path / "kept"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert (tmp_path / "kept.partial" / "half").exists()

    def make(path: Path) -> None:
        path.mkdir()
        (path / "whole").write_text("all of it")

    keep(target, make)
    assert [path.name for path in target.iterdir()] == ["whole"]
    assert not (tmp_path / "kept.partial").exists()


def test_a_cache_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataNotFoundError, match=f"Received: {tmp_path}/file .*XDG_CACHE_HOME"):
        keep(tmp_path / "file" / "kept", Path.touch)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_cache_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataNotFoundError, match="XDG_CACHE_HOME"):
        keep(tmp_path / "kept", Path.touch)


def test_data_is_loaded_once_a_process_while_the_places_to_look_stay_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    @once
    def load(profile: str, seed: int) -> list[str]:
        asked.append((profile, seed))
        return [profile]

    monkeypatch.setenv("VOUCH_DATA", str(tmp_path / "here"))
    assert load("quick", 1) is load("quick", 1)
    load("quick", 2)
    load("quick", 2)
    monkeypatch.setenv("VOUCH_DATA", str(tmp_path / "there"))
    load("quick", 2)
    assert asked == [("quick", 1), ("quick", 2), ("quick", 2)]


def test_data_that_could_not_be_loaded_is_asked_for_again() -> None:
    tries = iter((DataNotFoundError("none"), "found"))

    @once
    def load() -> str:
        found = next(tries)
        if isinstance(found, DataNotFoundError):
            raise found
        return found

    with pytest.raises(DataNotFoundError):
        load()
    assert load() == "found"
