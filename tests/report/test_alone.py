"""A process of its own builds and verifies a report: what it imports, writes and reads."""

import pytest

from tests.imports import TRAINS
from tests.report.alone import Alone

HEAVY = TRAINS | {
    "experiments", "joblib", "lib", "matplotlib", "mlflow", "pandas", "sqlalchemy",
}  # fmt: skip


def test_a_report_is_built_and_verified_without_what_trains_or_writes(alone: Alone) -> None:
    assert "is consistent with itself and the store" in alone.process.stdout
    assert [new & HEAVY for new in alone.process.imported] == [set(), set()]


def test_a_report_is_built_from_a_store_on_a_read_only_medium(alone: Alone) -> None:
    if alone.unmounted:
        pytest.skip(alone.unmounted)
    (said,) = alone.process.stderr.splitlines()
    assert said.startswith("The cited runs could not be tagged in the store")
    assert "is consistent with itself and the store" in alone.process.stdout
