"""The same search on a Dask cluster's workers."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import LocalCluster

from lib.tracking import Workers
from lib.tracking.code import code_of
from lib.tuning import GridSearch, Int, WorkerDiedError, cluster, search
from lib.tuning.agreement import OtherCodeError
from lib.tuning.workers import WorkerPool
from tests.lib.tuning import toys


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    few_deaths = {"distributed.scheduler.allowed-failures": 1}
    with (
        dask.config.set(few_deaths),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as local,
    ):
        yield local.scheduler_address


def test_a_cluster_comes_to_what_this_machine_comes_to(address: str) -> None:
    tables = []
    for workers in (Workers(1), Workers(1, cluster=address)):
        log = toys.MemoryLog()
        found = search(
            toys.failing,
            {"units": Int(1, 5)},
            GridSearch(),
            objective="val_score",
            seed=1,
            trials=log,
            workers=workers,
            failing=(2,),
        )
        assert set(log.failures) == {2}
        tables.append(found.table().drop(columns="wall_time_seconds"))
    assert tables[0].equals(tables[1])


def test_data_reaches_its_workers(address: str) -> None:
    images = np.full((50, 28, 28), 2, np.uint8)
    found = toys.side_by_side(
        toys.surroundings,
        [{"number": number} for number in range(4)],
        workers=Workers(1, cluster=address),
        images=images,
        label="bag",
    )
    assert [result["number"] for result in found] == [0, 1, 2, 3]
    assert {result["sum"] for result in found} == {2 * 50 * 28 * 28}
    assert {result["threads"] for result in found} == {"11"}
    assert os.getpid() not in {result["pid"] for result in found}


def test_a_job_that_kills_every_worker_fails_alone(address: str, tmp_path: Path) -> None:
    jobs = [{"units": units, "folder": tmp_path} for units in (2, 3, 4)]
    with WorkerPool(Workers(1, cluster=address), {}) as pool:
        outcomes = sorted(pool.run(toys.dying, jobs), key=lambda outcome: outcome.job)
    assert [outcome.value for outcome in outcomes] == [None, 3, 4]
    assert isinstance(outcomes[0].error, WorkerDiedError)


def test_workers_with_other_libraries_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = code_of(toys.fail_for)
    ours = replace(theirs, libraries={**theirs.libraries, "numpy": "0.1"})
    monkeypatch.setattr(cluster, "_code", lambda _: ours)  # in this process alone
    with pytest.raises(OtherCodeError, match=r"Expected library numpy 0\.1 on every"):
        toys.side_by_side(
            toys.fail_for,
            [{"number": 1, "failing": 2}],
            workers=Workers(1, cluster=address),
        )


def test_processes_that_do_not_find_the_project_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "__package__", "somewhere.else")
    with pytest.raises(OtherCodeError, match="no package somewhere at tcp://"):
        toys.side_by_side(toys.sleeping, [{}], workers=Workers(1, cluster=address))


def test_a_worker_of_several_threads_is_refused() -> None:
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
        ) as local,
        pytest.raises(ConnectionError, match="Expected Dask workers of one thread each"),
    ):
        toys.side_by_side(
            toys.fail_for,
            [{"number": 1, "failing": 2}],
            workers=Workers(1, cluster=local.scheduler_address),
        )


@pytest.mark.parametrize("address", ["tcp://host", "foo://host:1"])
def test_an_address_that_cannot_be_is_named(address: str) -> None:
    with pytest.raises(ConnectionError, match=f"Expected a Dask scheduler.*address='{address}'"):
        toys.side_by_side(toys.sleeping, [{}], workers=Workers(1, cluster=address))


def test_an_address_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(ConnectionError, match=r"address='tcp://127\.0\.0\.1:9'"):
        toys.side_by_side(toys.sleeping, [{}], workers=Workers(1, cluster="tcp://127.0.0.1:9"))
