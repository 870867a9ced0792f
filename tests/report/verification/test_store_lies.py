"""Lies in the store: what was measured has changed, or is gone."""

from collections.abc import Callable

import pytest

from report.verification.carried import Carried
from report.verification.verify import disagreements
from tests.report.conftest import Planted
from tests.report.verification.lies import GAP, METRICS, said, sql


def tag(run: str, key: str, value: str) -> Callable[[Planted], None]:
    return sql(
        f"UPDATE tags SET value = '{value}' WHERE key = '{key}' AND run_uuid ="  # noqa: S608  # of a test's own
        f" (SELECT run_uuid FROM runs WHERE name = '{run}')"
    )


def in_file(run: str, path: str, before: bytes, after: bytes) -> Callable[[Planted], None]:
    def change(planted: Planted) -> None:
        file = planted.artifact(run, path)
        data = file.read_bytes()
        assert before in data
        file.write_bytes(data.replace(before, after))

    return change


def without(run: str, path: str) -> Callable[[Planted], None]:
    return lambda planted: planted.artifact(run, path).unlink()


STORE_LIES: dict[str, tuple[Callable[[Planted], None], str]] = {
    "a metric": (sql(METRICS), "the store holds 0.9223, not 0.9123"),
    "a metric in the sixth digit": (sql(METRICS.replace("0.01", "0.000001")), "the store holds"),
    "a metric that others derive from": (
        sql("UPDATE metrics SET value = 0.99 WHERE key = 'final_train_accuracy'"),
        GAP,
    ),
    "a metric gone": (
        sql("DELETE FROM metrics WHERE key = 'test_accuracy'"),
        "has no metric test_accuracy at step 0",
    ),
    "a setting": (
        sql("UPDATE params SET value = '12' WHERE key = 'epochs'"),
        "the store holds 12.0, not",
    ),
    "a cell": (
        in_file("classification.tuning", "tables/trials.csv", b"0.9084", b"0.9094"),
        "the store holds 0.9094, not 0.9084",
    ),
    "a cell that a verdict rests on": (
        in_file("classification.regularization", "tables/pairs.csv", b"0.9094", b"0.8094"),
        "verdict help: the store says",
    ),
    "a column's name": (
        in_file("classification.tuning", "tables/trials.csv", b"dense_units", b"units"),
        "has no table trials, row 1, dense_units",
    ),
    "a table gone": (without("classification.tuning", "tables/trials.csv"), "has no tables/trials"),
    "a figure's bytes": (
        in_file("classification.initial", "figures/curves.svg", b"#0072b2", b"#d55e00"),
        "figures/curves.svg in the store differs from the one",
    ),
    "a figure gone": (
        without("classification.initial", "figures/curves.svg"),
        "has no figures/curves.svg",
    ),
    "a run's data": (
        tag("classification.final", "data_sha256", "0" * 64),
        "its data_sha256 is",
    ),
    "a run's data source": (
        tag("classification.final", "data_source", "stand-in"),
        "its data_source is 'stand-in' in the store",
    ),
    "a run's fingerprint": (tag("classification.final", "fingerprint", "f"), "its fingerprint is"),
    "a run's code": (tag("classification.final", "code_sha256", "f"), "its code_sha256 is"),
    "a run's seed": (tag("classification.final", "seed", "7"), "its seed is '7' in the store"),
    "a run's profile": (tag("classification.final", "profile", "full"), "its profile is 'full'"),
    "the stage of a run": (
        tag("classification.final", "stage", "other"),
        "according to its tags it is 'classification.other'",
    ),
    "a run deleted": (
        sql("UPDATE runs SET lifecycle_stage = 'deleted' WHERE name = 'classification.final'"),
        "is deleted",
    ),
    "a run failed": (
        sql("UPDATE runs SET status = 'FAILED' WHERE name = 'classification.final'"),
        "it is 'failed', not finished",
    ),
    "a run gone": (
        sql("DELETE FROM runs WHERE name = 'classification.final'"),
        "is not in the store",
    ),
    "the study": (sql("UPDATE experiments SET name = 'other' WHERE name = 'fashion'"), "other"),
    "a word that an answer prints": (
        sql("UPDATE params SET value = 'Coat' WHERE key = 'most_alike_second'"),
        "does not follow from its template and the runs",
    ),
}


@pytest.mark.parametrize("lie", STORE_LIES)
def test_a_lie_in_the_store_is_found(carried: Carried, planted: Planted, lie: str) -> None:
    plant, message = STORE_LIES[lie]
    plant(planted)
    assert message in said(disagreements(carried, planted.store()))
