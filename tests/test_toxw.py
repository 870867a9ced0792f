"""`toxw` on machines that have something missing, each played by a PATH of stand-in programs."""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contract.definitions import ROOT

PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
LOADABLE = "echo libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0"
TOOLS = "sh cat cksum cp dirname env mkdir mv readlink rm tr true"
# A Python whose `-m venv FOLDER` makes a folder with itself in it, whose `-m pip` does nothing and
# whose `-m tox` prints what it was given.
PYTHON = """\
case "$1 $2" in
    "-c import"*) ;;
    "-c "*) echo "$0" ;;
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip") {pip} ;;
    "-m tox") shift 2; printf 'tox'; printf ' <%s>' "$@"; echo ;;
esac
"""


@dataclass
class Machine:
    """A checkout of `toxw` and the programs that its machine has."""

    folder: Path
    checkout: Path = field(init=False)
    programs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.checkout = self.folder / "a checkout"
        self.programs = self.folder / "bin"
        self.programs.mkdir(parents=True)
        (self.checkout / "locks").mkdir(parents=True)
        shutil.copy(ROOT / "toxw", self.checkout)
        shutil.copy(ROOT / "locks" / "tox.txt", self.checkout / "locks")
        for tool in TOOLS.split():
            found = shutil.which(tool)
            assert found
            (self.programs / tool).symlink_to(found)
        self.has("id", "echo 1000")
        self.has("ldconfig", LOADABLE)
        self.has("dot", ":")
        self.has("python3", PYTHON.format(pip=":"))

    def has(self, program: str, script: str) -> None:
        path = self.programs / program
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def toxw(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "toxw", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.programs), "HOME": str(self.folder), "VOUCH_DATA": self.data},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def homes_of_tox(self) -> list[Path]:
        return sorted(path for path in (self.checkout / ".toxw").iterdir() if path.is_dir())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with Python, Pango, Graphviz and Fashion-MNIST, but without apt and tox."""
    made = Machine(tmp_path / "machine")
    images = Path(made.data) / "fashion-mnist" / "train-images-idx3-ubyte.gz"
    images.parent.mkdir(parents=True)
    images.touch()
    return made


@pytest.fixture
def debian(machine: Machine) -> Machine:
    """A Debian where we are root and apt installs what it is asked for: Pango, in this play."""
    machine.has("id", "echo 0")
    machine.has("ldconfig", '[ ! -e "$HOME/installed" ] || ' + LOADABLE)
    machine.has(
        "apt-get", 'echo "$@" >>"$HOME/asked"; case "$*" in *install*) : >"$HOME/installed";; esac'
    )
    return machine


def test_arguments_reach_tox_as_they_were(machine: Machine) -> None:
    done = machine.toxw("run", "-e", "tests", "--", "two words", "*")
    configuration = machine.checkout.resolve() / "tox.ini"
    assert done.stdout == f"tox <-c> <{configuration}> <run> <-e> <tests> <--> <two words> <*>\n"


def test_tox_is_fetched_once(machine: Machine) -> None:
    first, second = machine.toxw("list"), machine.toxw("list")
    assert first.stderr == "toxw: installing tox into .toxw/\n"
    assert second.stderr == ""
    assert len(machine.homes_of_tox()) == 1


def test_another_lock_fetches_tox_anew(machine: Machine) -> None:
    machine.toxw("list")
    before = machine.homes_of_tox()
    with (machine.checkout / "locks" / "tox.txt").open("a", encoding="utf-8") as lock:
        lock.write("# newer\n")
    done = machine.toxw("list")
    assert done.stderr == "toxw: installing tox into .toxw/\n"
    assert len(machine.homes_of_tox()) == 1
    assert machine.homes_of_tox() != before


def test_killed_fetch_is_never_taken_for_finished(machine: Machine) -> None:
    machine.has("python3", PYTHON.format(pip="kill -KILL $PPID"))
    assert machine.toxw("list").returncode == -9
    machine.has("python3", PYTHON.format(pip=":"))

    done = machine.toxw("list")

    assert done.stdout.startswith("tox ")
    assert len(machine.homes_of_tox()) == 1  # and what the killed call left is gone


def test_failed_fetch_stops_and_leaves_nothing(machine: Machine) -> None:
    machine.has("python3", PYTHON.format(pip="echo no network >&2; exit 1"))
    done = machine.toxw("list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no network" in done.stderr
    assert "tox could not be installed" in done.stderr
    assert machine.homes_of_tox() == []


def test_without_python_it_says_what_to_install(machine: Machine) -> None:
    machine.has("python3", "exit 1")  # too old
    done = machine.toxw("list")
    assert done.returncode == 1
    assert "Expected Python 3.11, 3.12 or 3.13 on PATH. Received: none." in done.stderr
    for command in ("dnf install python3.13", "uv python install 3.13", "brew install python@3.13"):
        assert command in done.stderr


def test_without_apt_it_says_what_to_install_and_goes_on(machine: Machine) -> None:
    machine.has("ldconfig", ":")
    done = machine.toxw("list")
    assert "Pango is not installed: reports cannot be built without it." in done.stderr
    for command in ("dnf install pango", "pacman -S pango", "brew install pango"):
        assert command in done.stderr
    assert done.stdout.startswith("tox ")


def test_without_graphviz_it_says_what_to_install_and_goes_on(machine: Machine) -> None:
    (machine.programs / "dot").unlink()
    done = machine.toxw("list")
    assert "Graphviz is not installed: the study transfer cannot be run without it." in done.stderr
    assert "pacman -S pango graphviz" in done.stderr
    assert done.stdout.startswith("tox ")


def test_apt_is_asked_for_graphviz(debian: Machine) -> None:
    (debian.programs / "dot").unlink()
    debian.has("ldconfig", LOADABLE)
    done = debian.toxw("list")
    assert done.stderr.splitlines()[0] == "toxw: installing with apt: graphviz"


def test_without_permission_apt_is_not_asked(debian: Machine) -> None:
    debian.has("id", "echo 1000")
    debian.has("sudo", "exit 1")  # wants a password
    done = debian.toxw("list")
    assert f"sudo apt-get update && sudo apt-get install {PANGO}\n" in done.stderr
    assert not (debian.folder / "asked").exists()
    assert done.stdout.startswith("tox ")


def test_root_gets_what_is_missing_from_apt(debian: Machine) -> None:
    done = debian.toxw("list")
    assert done.stderr.splitlines()[0] == f"toxw: installing with apt: {PANGO}"
    assert (debian.folder / "asked").read_text(encoding="utf-8").rstrip().endswith(PANGO)
    assert "Pango is not installed" not in done.stderr


def test_sudo_without_password_will_do(debian: Machine) -> None:
    debian.has("id", "echo 1000")
    debian.has("sudo", 'shift; exec "$@"')
    done = debian.toxw("list")
    assert f"installing with apt: {PANGO}" in done.stderr
    assert "Pango is not installed" not in done.stderr


def test_absent_data_is_asked_for_beside_the_libraries(debian: Machine) -> None:
    shutil.rmtree(debian.data)
    done = debian.toxw("list")
    if Path("/usr/share/datasets/fashion-mnist").is_dir():
        assert "dataset-fashion-mnist" not in done.stderr
    else:
        assert f"installing with apt: {PANGO} dataset-fashion-mnist" in done.stderr


def test_apt_that_fails_is_asked_once(debian: Machine) -> None:
    debian.has("apt-get", 'echo "$@" >>"$HOME/asked"; echo no such package >&2; exit 100')
    first = debian.toxw("list")
    asked = (debian.folder / "asked").read_text(encoding="utf-8")
    second = debian.toxw("list")

    assert "apt failed" in first.stderr
    assert "no such package" in (debian.checkout / ".toxw" / "apt.log").read_text(encoding="utf-8")
    assert (debian.folder / "asked").read_text(encoding="utf-8") == asked
    for done in (first, second):
        assert f"sudo apt-get install {PANGO}" in done.stderr
        assert done.stdout.startswith("tox ")


def test_pyenv_versions_are_found_behind_the_path(machine: Machine) -> None:
    folder = machine.folder / ".pyenv" / "versions" / "3.12.9" / "bin"
    folder.mkdir(parents=True)
    machine.has("python3", PYTHON.replace("printf 'tox'", 'printf "$PATH"').format(pip=":"))
    done = machine.toxw("list")
    assert done.stdout.split(" ")[0].split(os.pathsep)[-1] == str(folder)


@pytest.mark.parametrize("asked", ["course", "lint,course"])
def test_course_without_its_python_says_which_and_goes_on(machine: Machine, asked: str) -> None:
    done = machine.toxw("run", "-e", asked)
    assert "toxw: course needs Python 3.12, and there is none on PATH" in done.stderr
    assert "uv python install 3.12" in done.stderr
    assert f"<{asked}>" in done.stdout
    machine.has("python3.12", ":")
    assert "3.12" not in machine.toxw("run", "-e", asked).stderr


def test_other_jobs_ask_for_no_python_of_their_own(machine: Machine) -> None:
    assert "3.12" not in machine.toxw("run", "-e", "tests", "--", "of-course").stderr
