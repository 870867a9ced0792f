"""The study `scratch` from end to end on its smoke profile, without TensorFlow."""

import shutil
from pathlib import Path

import pytest

from tests.imports import TRAINS, call, ran
from tests.stages import SCRATCH, named
from tests.studies.finished import (
    DATABASE,
    address,
    assert_nothing_is_computed_again,
    assert_report_verifies,
)

NAMES = named(SCRATCH)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    folder = tmp_path_factory.mktemp("store")
    shutil.copy(migrated, folder / DATABASE)
    done = ran(
        call("experiments", "run", "scratch", "--profile", "smoke", "--workers", "1"),
        environment={"MLFLOW_TRACKING_URI": address(folder)},
    )
    assert [name for name in NAMES if f"{name}: done" not in done.stderr] == [], done.stderr
    (imported,) = done.imported
    assert {"numpy", "mlflow"} <= imported
    assert not imported & TRAINS
    return folder


def test_a_second_run_computes_nothing(store: Path) -> None:
    assert_nothing_is_computed_again("scratch", NAMES, store)


def test_the_report_builds_without_a_draft_and_verifies(store: Path) -> None:
    assert_report_verifies("scratch", store)
