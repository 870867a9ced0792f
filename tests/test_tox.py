"""The jobs of tox.ini: described, locked, calling what is there, named rightly in the documents."""

import configparser
import functools
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from contract.definitions import ROOT

PREFIX = "testenv:"


@functools.cache
def tox_ini() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string((ROOT / "tox.ini").read_text(encoding="utf-8"))
    return parser


def jobs() -> list[str]:
    return [name.removeprefix(PREFIX) for name in tox_ini().sections() if name.startswith(PREFIX)]


def setting(job: str, key: str) -> str:
    own, base = tox_ini()[PREFIX + job], tox_ini()["testenv"]
    return own.get(key) or base[key]


@pytest.mark.parametrize("job", jobs())
def test_job_has_a_description_that_fits_a_line(job: str) -> None:
    assert 0 < len(setting(job, "description")) <= 90


@pytest.mark.parametrize("job", jobs())
def test_job_installs_one_lock_and_nothing_beside_it(job: str) -> None:
    lock = re.fullmatch(r"-r (locks/\w+\.txt)", setting(job, "deps").strip())
    assert lock, setting(job, "deps")
    assert (ROOT / lock[1]).is_file()


@pytest.mark.parametrize("job", jobs())
def test_job_calls_programs_that_are_there(job: str) -> None:
    programs = set(re.findall(r"python -m (\w+)", setting(job, "commands"))) - {"pytest"}
    assert all((ROOT / program / "__main__.py").is_file() for program in programs)


def test_plain_tox_runs_the_checks() -> None:
    assert tox_ini()["tox"]["env_list"].split(", ") == ["tests", "studies", "lint", "types"]


def test_two_suites_together_run_every_test() -> None:
    fast, whole = setting("tests", "commands"), setting("studies", "commands")
    assert re.findall(r"--ignore (\S+)", fast) == ["tests/studies"]
    assert re.search(r" tests/studies}$", whole)


def test_missing_interpreter_is_a_failure() -> None:
    assert tox_ini()["tox"]["skip_missing_interpreters"] == "false"


def test_course_runs_the_prescribed_versions_on_the_prescribed_python() -> None:
    prescribed = {
        "numpy": "~=1.26.0",
        "tensorflow": ">=2.16.0",
        "scikit-learn": "~=1.5.0",
        "pandas": "~=2.2.0",
        "matplotlib": "~=3.9.0",
        "seaborn": "~=0.13.0",
        "imbalanced-learn": "~=0.12.0",
        "pyaml": "~=24.9.0",
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    group = [Requirement(line) for line in project["dependency-groups"]["course"]]

    assert {item.name: item.specifier for item in group} == {
        name: SpecifierSet(text) for name, text in prescribed.items()
    }
    assert setting("course", "base_python") == "python3.12"
    assert setting("course", "deps") == "-r locks/course.txt"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_jobs_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {
        job for found in re.findall(r"tox\w? run -e ([\w,]+)", text) for job in found.split(",")
    }
    assert named
    assert named <= set(jobs())
