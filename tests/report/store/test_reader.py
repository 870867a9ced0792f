"""Reading the store: directly, through MLflow's client, and after it was moved."""

import math
import sqlite3
from pathlib import Path

import pytest

from contract import names
from report.errors import ReportError
from report.store.reader import LOCAL_PAGE, ServerStore, SqliteStore, Store, open_store, store_uri
from tests.report.conftest import Planted
from tests.report.planted import TRIALS
from tests.report.writer import Writer


@pytest.fixture(params=["directly", "through MLflow"], scope="module")
def store(request: pytest.FixtureRequest, planted_once: Planted) -> Store:
    uri = planted_once.uri
    return open_store(uri) if request.param == "directly" else ServerStore(uri)


def test_both_ways_of_reading_find_the_same_run(planted_once: Planted) -> None:
    direct, client = SqliteStore(planted_once.uri), ServerStore(planted_once.uri)
    for run_id in planted_once.run_ids.values():
        assert direct.run(run_id) == client.run(run_id)
    experiments = direct.experiment("fashion"), client.experiment("fashion")
    assert experiments[0] == experiments[1]


def test_a_metric_is_its_value_at_the_greatest_step(store: Store, planted_once: Planted) -> None:
    run_id = planted_once.run_ids["classification.initial"]
    points = store.history(run_id, "val_accuracy")
    assert [point.step for point in points] == list(range(1, 11))
    run = store.run(run_id)
    assert run is not None
    assert run.metrics["val_accuracy"] == points[-1].value == 0.9043


def test_artifacts_are_read_and_listed(store: Store, planted_once: Planted) -> None:
    run = store.run(planted_once.run_ids["classification.tuning"])
    assert run is not None
    assert store.artifact(run, names.table_path("trials")) == TRIALS.encode()
    assert store.artifacts(run, "tables") == ["trials.csv"]
    assert store.artifact(run, "tables/absent.csv") is None
    assert store.artifacts(run, "absent") == []


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.run("0" * 32) is None
    assert store.experiment("absent") is None


def test_a_renamed_experiment_is_found_by_its_tag_and_a_foreign_one_of_its_name_is_not(
    planted: Planted,
) -> None:
    client = ServerStore(planted.uri)._client
    (ours,) = (each for each in client.search_experiments() if each.name == "fashion")
    client.set_experiment_tag(ours.experiment_id, names.STUDY, "fashion")
    client.rename_experiment(ours.experiment_id, "Clothes, final")
    client.create_experiment("fashion")
    run_id = planted.run_ids["classification.tuning"]
    for store in (SqliteStore(planted.uri), ServerStore(planted.uri)):
        found, run = store.experiment("fashion"), store.run(run_id)
        assert found is not None
        assert found.experiment_id == ours.experiment_id
        assert run is not None
        assert run.study == "fashion"
        assert store.artifact(run, names.table_path("trials")) == TRIALS.encode()
        assert store.experiment("Clothes, final") is None


def test_a_moved_checkout_still_finds_its_artifacts(planted: Planted) -> None:
    store = planted.store()
    run = store.run(planted.run_ids["classification.tuning"])
    assert run is not None
    planted.artifact("classification.tuning", "tables/trials.csv").write_text("moved")
    assert store.artifact(run, "tables/trials.csv") == b"moved"


def test_a_metric_that_is_not_a_number_stays_one(writer: Writer) -> None:
    run_id = writer.run("classification.initial", metrics={"val_loss": math.nan})
    run = open_store(writer.uri).run(run_id)
    assert run is not None
    assert math.isnan(run.metrics["val_loss"])


def test_a_deleted_run_is_known_as_deleted(writer: Writer) -> None:
    run_id = writer.run("classification.initial")
    writer.client.delete_run(run_id)
    run = open_store(writer.uri).run(run_id)
    assert run is not None
    assert run.deleted


def test_reading_never_makes_or_changes_a_store(planted: Planted, tmp_path: Path) -> None:
    before = planted.database.read_bytes()
    planted.runs().stage("classification.initial")
    assert planted.database.read_bytes() == before
    with pytest.raises(ReportError, match="Received: nothing at"):
        open_store(f"sqlite:///{tmp_path / 'absent.db'}")
    assert not (tmp_path / "absent.db").exists()


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE shopping (item TEXT)")
    connection.close()
    with pytest.raises(ReportError, match="Expected a readable MLflow database"):
        open_store(f"sqlite:///{path}")


def test_artifacts_elsewhere_are_asked_of_their_server(planted: Planted) -> None:
    run = planted.store().run(planted.run_ids["classification.tuning"])
    assert run is not None
    with sqlite3.connect(planted.database) as connection:
        connection.execute("UPDATE runs SET artifact_uri = 's3://bucket/' || run_uuid")
    connection.close()
    (planted.root / "mlruns" / "artifacts").rename(planted.root / "gone")
    with pytest.raises(ReportError, match="set MLFLOW_TRACKING_URI"):
        planted.store().artifact(run, "tables/trials.csv")


def test_the_store_is_found_from_the_project_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert store_uri(tmp_path) == f"sqlite:///{tmp_path}/mlruns/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking:5000/")
    assert store_uri(tmp_path) == "http://tracking:5000/"


def test_links_lead_to_the_page_over_the_store(planted_once: Planted) -> None:
    origin = planted_once.runs().stage("classification.final").origin
    assert origin.address.startswith(LOCAL_PAGE + "/#/experiments/")
    assert origin.address.endswith(origin.run_id)
