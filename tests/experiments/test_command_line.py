"""What a person types, and what comes back when it is wrong."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.__main__ import main


def call(*args: str) -> Result:
    """Call the command line in this process."""
    return CliRunner().invoke(main, args)


@pytest.mark.parametrize(
    ("args", "near"),
    [
        (("rum", "fashion"), "Did you mean 'run'"),
        (("run", "fashoin"), "did you mean 'fashion'"),
        (("run", "fashion.classify"), "did you mean 'fashion.classification'"),
        (("run", "fashion", "--profil", "quick"), "--profile"),
        (("run", "fashion", "--profile", "quik"), "'quick'"),
    ],
)
def test_a_wrong_word_ends_with_two_and_the_nearest_right_one(
    args: tuple[str, ...], near: str
) -> None:
    result = call(*args)
    assert result.exit_code == 2
    assert near in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "option", [("--seed", "0"), ("--seed", "20261130"), ("--workers", "0"), ("--workers", "two")]
)
def test_a_count_out_of_range_ends_with_two(option: tuple[str, str]) -> None:
    result = call("run", "fashion", *option)
    assert result.exit_code == 2
    assert option[0] in result.output


def test_missing_data_is_one_sentence_with_the_places_and_two_ways(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(migrated, tmp_path / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setattr("lib.data.files.locations.SYSTEM_FOLDERS", ())
    monkeypatch.setenv("VOUCH_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    result = call("run", "fashion")
    assert result.exit_code == 1
    assert str(tmp_path / "nothing") in result.output
    assert "dataset-fashion-mnist" in result.output
    assert "VOUCH_DATA" in result.output
    assert "Traceback" not in result.output


def test_a_store_that_is_a_folder_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "./mlruns")
    result = call("run", "fashion")
    assert result.exit_code == 1
    assert "Expected MLFLOW_TRACKING_URI" in result.output


def test_list_names_studies_and_experiments() -> None:
    result = call("list")
    assert result.exit_code == 0
    assert "fashion.classification" in result.output
