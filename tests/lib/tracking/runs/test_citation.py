"""Cited runs are tagged once, and nothing else changes the tag."""

from pathlib import Path

import pytest
from mlflow import MlflowClient

from contract.names import Tag
from lib.tracking import StoreError, Study
from lib.tracking.runs.citation import cite
from lib.tracking.store import Location
from tests.lib.tracking.test_study import measured


def tag(client: MlflowClient, run_id: str) -> str:
    return str(client.get_run(run_id).data.tags.get(Tag.CITED_BY, ""))


@pytest.mark.parametrize("server", [False, True])
def test_mlflow_reads_what_was_marked_and_the_first_report_stays(
    study: Study, server: bool
) -> None:
    location = Location(study.location.uri, None) if server else study.location
    first, second = (measured(study, scale=scale).run_id for scale in (1.0, 2.0))
    cite(location, "a.pdf (SHA-256 aa)", [first])
    cite(location, "b.pdf (SHA-256 bb)", [first, second])
    assert tag(study.client, first).startswith("a.pdf (SHA-256 aa), 20")
    assert tag(study.client, second).startswith("b.pdf (SHA-256 bb), 20")


def test_a_run_that_a_server_has_not_is_refused(study: Study) -> None:
    with pytest.raises(StoreError, match=f"Received: {'0' * 32}"):
        cite(Location(study.location.uri, None), "a.pdf", ["0" * 32])


def test_a_run_that_is_not_there_is_refused_and_nothing_is_marked(study: Study) -> None:
    run_id = measured(study).run_id
    with pytest.raises(StoreError, match=f"Received: {'0' * 32}"):
        cite(study.location, "a.pdf", [run_id, "0" * 32])
    assert tag(study.client, run_id) == ""


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with pytest.raises(StoreError, match="unable to open"):
        cite(Location(f"sqlite:///{path}", tmp_path), "a.pdf", ["0" * 32])
    assert not path.exists()
