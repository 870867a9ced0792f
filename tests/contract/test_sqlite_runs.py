"""Reading MLflow's tables by ourselves gives what MLflow's own client gives."""

import contextlib
import math
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, Metric, Param, RunTag

from contract import mlflow_schema
from contract.entities import Run
from contract.sqlite_runs import SCHEMAS, Rows, SqliteRuns
from lib.tracking.store.mlflow_runs import MlflowRuns

START = 1_767_225_600_000  # milliseconds since 1970
ODD = 'it\'s "odd"; -- %_ `x` \\ \n\t ä 漢 \U0001f45f'


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A store's file that MLflow has written."""
    made = tmp_path_factory.mktemp("written") / "mlflow.db"
    made.write_bytes(migrated.read_bytes())
    write(MlflowClient(tracking_uri=f"sqlite:///{made}"))
    return made


def write(client: MlflowClient) -> None:
    """Write two experiments of some runs each, and delete one, which deletes its runs."""
    for name in ("toy", ODD):
        experiment_id = client.create_experiment(name, tags={"current.smoke.a": "1", "odd": ODD})
        for number in range(4):
            run = client.create_run(experiment_id, START + number // 2, run_name=f"run {number}")
            log(client, run.info.run_id, number)
        deleted = client.create_run(experiment_id, START + 9, tags={"kind": "stage"})
        client.delete_run(deleted.info.run_id)
        client.create_run(experiment_id, START + 1)  # nothing logged, and still running
    client.delete_experiment(experiment_id)


def log(client: MlflowClient, run_id: str, number: int) -> None:
    """Log numbers of every kind: steps out of order, and again; not finite; at the same time."""
    points = [("loss", 3.0, 7, 2), ("loss", 1.0, 9, 1), ("loss", 2.0, 7, 2), ("loss", 2.5, 8, 2)]
    points += [("same", 0.25, 5, 0), ("same", 0.5, 5, 0), ("negative", 1.0, 5, -3)]
    points += [("lost", 1.0, 5, 0), ("lost", math.nan, 5, 1), ("nan then", math.nan, 5, 0)]
    points += [("nan then", 4.0, 6, 0), ("high", math.inf, 5, 0), ("low", -math.inf, 5, 0)]
    points += [("third", 1 / 3, 5, 0), ("small", 5e-324, 5, 0), ("whole", 7, 5, 0)]
    metrics = [Metric(key, value, START + at, step) for key, value, at, step in points]
    params = [Param("long", "x" * 6000), Param("odd", ODD), Param("empty", "")]
    tags = {
        "kind": "stage" if number % 2 else "trial",
        "odd": ODD,
        "none": "",
        "b: c/d": f"{number}",
    }
    client.log_batch(run_id, metrics, params, [RunTag(*tag) for tag in tags.items()])
    if number < 3:
        client.set_terminated(run_id, ("FINISHED", "FAILED", "FINISHED")[number], START + 100)
    if number == 1:
        experiment_id = client.get_run(run_id).info.experiment_id
        model = client.create_logged_model(experiment_id, "m", source_run_id=run_id)
        client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=3)])


@pytest.fixture
def direct(path: Path) -> Iterator[SqliteRuns]:
    with contextlib.closing(sqlite3.connect(path)) as opened:

        def query(sql: str, values: tuple[str, ...]) -> Rows:
            return opened.execute(sql, values).fetchall()

        yield SqliteRuns(query)


@pytest.fixture
def reference(path: Path) -> MlflowRuns:
    client = MlflowClient(tracking_uri=f"sqlite:///{path}")
    return MlflowRuns(lambda: client)


def comparable(run: Run) -> tuple[Run, list[str]]:
    """A run with its NaN apart, since none equals another."""
    lost = sorted(key for key, value in run.data.metrics.items() if math.isnan(value))
    kept = {key: value for key, value in run.data.metrics.items() if key not in lost}
    data = replace(run.data, metrics=kept, params=dict(run.data.params), tags=dict(run.data.tags))
    return replace(run, data=data), lost


def ids(reference: MlflowRuns) -> list[str]:
    """The ids of the two experiments."""
    found = [reference.experiment_named(name) for name in ("toy", ODD)]
    return [experiment.experiment_id for experiment in found if experiment is not None]


@pytest.mark.parametrize("name", ["toy", ODD, "absent"])
def test_experiments_are_the_same(direct: SqliteRuns, reference: MlflowRuns, name: str) -> None:
    expected = reference.experiment_named(name)
    assert direct.experiment_named(name) == expected
    if expected is not None:
        assert direct.experiment(expected.experiment_id) == expected
    assert direct.experiment("77") is None


def test_runs_are_the_same_one_by_one(direct: SqliteRuns, reference: MlflowRuns) -> None:
    checked = 0
    for experiment_id in ids(reference):
        for run in reference.find(experiment_id, {}, deleted=True):
            found, expected = direct.run(run.info.run_id), reference.run(run.info.run_id)
            assert found is not None
            assert expected is not None
            assert comparable(found) == comparable(expected)
            assert list(found.data.metrics) == list(expected.data.metrics)  # in order, too
            checked += "lost" in comparable(found)[1]
    assert checked == 8
    assert direct.run("0" * 32) is None


@pytest.mark.parametrize("finished", [None, True, False])
@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"kind": "stage"},
        {"kind": "stage", "odd": None},
        {"kind": "trial", "none": None},
        {"none": ""},
        {"mlflow.runName": "run 2"},
        {"kind": "Stage"},
        {"odd": "it's"},
    ],
)
@pytest.mark.parametrize("limit", [None, 1, 3])
def test_searches_find_the_same_in_the_same_order(
    direct: SqliteRuns,
    reference: MlflowRuns,
    tags: dict[str, str | None],
    finished: bool | None,
    deleted: bool,
    limit: int | None,
) -> None:
    for experiment_id in ids(reference):
        expected, found = (
            runs.find(experiment_id, tags, finished=finished, deleted=deleted, limit=limit)
            for runs in (reference, direct)
        )
        assert list(map(comparable, found)) == list(map(comparable, expected))


def test_a_tag_of_odd_characters_is_found_as_it_was_written(
    direct: SqliteRuns, reference: MlflowRuns
) -> None:
    for experiment_id in ids(reference):
        assert len(direct.find(experiment_id, {"odd": ODD}, deleted=True)) == 4
        both = {"odd": ODD, "b: c/d": "2"}
        assert len(direct.find(experiment_id, both, deleted=True)) == 1
        assert len(direct.find(experiment_id, {}, deleted=True)) == 6


def test_histories_and_models_are_the_same(direct: SqliteRuns, reference: MlflowRuns) -> None:
    models = 0
    for experiment_id in ids(reference):
        for run in reference.find(experiment_id, {}, deleted=True):
            run_id = run.info.run_id
            for key in (*run.data.metrics, "absent"):
                found, expected = direct.history(run_id, key), reference.history(run_id, key)
                assert list(map(repr, found)) == list(map(repr, expected))  # NaN equals no other
            assert direct.model_outputs(run_id) == reference.model_outputs(run_id)
            models += len(direct.model_outputs(run_id))
    assert models == 2


def test_infinity_is_the_greatest_number_as_it_is_stored(
    direct: SqliteRuns, reference: MlflowRuns
) -> None:
    run = direct.find(ids(reference)[0], {"kind": "stage"})[0]
    assert run.data.metrics["high"] == sys.float_info.max
    assert run.data.metrics["low"] == -sys.float_info.max
    assert run.data.metrics["loss"] == 2.5
    assert run.data.metrics["same"] == 0.5


def test_more_runs_than_fit_one_query_are_read(
    direct: SqliteRuns, reference: MlflowRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(map(comparable, direct.find(ids(reference)[0], {})))
    monkeypatch.setattr("contract.sqlite_runs.AT_ONCE", 2)
    assert list(map(comparable, direct.find(ids(reference)[0], {}))) == whole
    assert len(whole) == 5


def test_the_installed_mlflow_writes_a_schema_that_was_compared(direct: SqliteRuns) -> None:
    """Where this fails after an upgrade and all else here passes, add the version to `SCHEMAS`."""
    assert direct.schemas() == [mlflow_schema.known()[1]]
    assert set(direct.schemas()) <= SCHEMAS
