"""A report is built without importing what trains networks or writes the store."""

from pathlib import Path

from tests.report.conftest import Planted
from tests.test_startup import TRAINS, imported


def test_a_report_is_built_without_what_trains_or_writes(planted: Planted, tmp_path: Path) -> None:
    found = imported("report", "build", "fashion", "--draft", "--output", str(tmp_path / "a.pdf"))
    assert planted.database.is_file()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert not found & (TRAINS | {"joblib", "lib", "matplotlib", "mlflow", "pandas", "sqlalchemy"})
