"""The study `features` from end to end on its smoke profile."""

from pathlib import Path

import pytest

from report.studies.features import STUDY
from submission import trial
from tests.stages import FEATURES, named
from tests.studies.finished import assert_nothing_is_computed_again, handed_in, smoke

NAMES = named(FEATURES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store in which the study has run."""
    return smoke("features", NAMES, tmp_path_factory.mktemp("store"), migrated)


@pytest.mark.timeout(600)
def test_a_second_run_computes_nothing(store: Path) -> None:
    assert_nothing_is_computed_again("features", NAMES, store)


@pytest.mark.timeout(600)
def test_its_zip_runs_elsewhere_and_its_report_verifies(store: Path) -> None:
    assert trial.failure(handed_in(STUDY, store), "features") == ""
