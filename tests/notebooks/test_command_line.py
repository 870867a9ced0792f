"""What the command says where no notebook can be executed."""

import pytest
from click.testing import CliRunner

from notebooks.__main__ import main


def test_a_server_that_is_away_is_named_in_one_sentence_before_any_cell_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    result = CliRunner().invoke(main, ["fashion"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: Expected a tracking store that answers.")
    assert len(result.output.splitlines()) == 1
