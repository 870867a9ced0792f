"""No value of the store ends in a traceback: a sentence names the run and the key."""

import math
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from contract import names
from report import build
from report.errors import ReportError
from report.pages import document, svg
from report.store import contents
from report.store.runs import Runs, last_profile
from report.studies.fashion import STUDY
from tests.report.conftest import Planted


def npy_header(shape: str) -> bytes:
    """Write the header of an array of float64, without its numbers."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


NUMBERS = (
    math.nan,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    -1.0,
    59.3,
    1e300,
    "abc",
    b"x",
)
TAGS = (
    names.Tag.EXPERIMENT,
    names.Tag.STAGE,
    names.Tag.PROFILE,
    names.Tag.SEED,
    names.Tag.FINGERPRINT,
    names.Tag.CODE,
    names.Tag.DATA,
    names.Tag.DATA_SOURCE,
)
FINAL = "classification.final"


def put(planted: Planted, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(planted.database)) as database, database:
        database.execute("PRAGMA ignore_check_constraints = 1")
        assert database.execute(sql, values).rowcount > 0


def refused(planted: Planted) -> str:
    """What is said of the store; empty where a report can be built of it."""
    try:
        store = planted.store()
        build.refuse(build.collect(STUDY, Runs("fashion", last_profile(store, "fashion"), store)))
    except ReportError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_an_impossible_metric_is_named_with_its_run(planted: Planted, value: float) -> None:
    is_nan = value != value  # noqa: PLR0124  # some are texts, which isnan refuses
    put(
        planted,
        "UPDATE metrics SET value = ?, is_nan = ? WHERE key = 'test_accuracy' AND run_uuid = ?",
        *(0.0 if is_nan else value, is_nan, planted.run_ids[FINAL]),
    )
    said = refused(planted)
    assert "test_accuracy" in said
    assert planted.run_ids[FINAL] in said


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("value", ["", "x" * 10_000, "59.3", b"\xff", None])
def test_an_impossible_tag_is_named_with_its_run(
    planted: Planted, tag: names.Tag, value: str
) -> None:
    sql = "UPDATE tags SET value = ? WHERE key = ? AND run_uuid = ?"
    put(planted, sql, value, tag.value, planted.run_ids[FINAL])
    with pytest.raises(ReportError) as error:
        planted.runs().stage(FINAL)
    assert f"tag {tag}" in str(error.value) or "decode" in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("value", ["", "x" * 10_000, "59.3e", b"\xff"])
def test_an_impossible_setting_is_named_with_its_run(planted: Planted, value: str) -> None:
    sql = "UPDATE params SET value = ? WHERE key = 'epochs' AND run_uuid = ?"
    put(planted, sql, value, planted.run_ids[FINAL])
    said = refused(planted)
    assert "epochs" in said or "decode" in said
    assert len(said) < 2_000


@pytest.mark.parametrize("value", ["", "\U0001f600", "<b>{{ x }}</b>", "y" * 10_000])
def test_a_name_edited_on_mlflows_page_changes_nothing(planted: Planted, value: str) -> None:
    put(planted, "UPDATE runs SET name = ?", value)
    assert refused(planted) == ""
    assert planted.runs().stage(FINAL).origin.run == FINAL


def test_a_metric_logged_after_its_run_ended_is_refused_with_both_values(planted: Planted) -> None:
    late = (
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)"
        " SELECT 'test_accuracy', 0.99, end_time + ?, run_uuid, 0, 0 FROM runs WHERE run_uuid = ?"
    )
    put(planted, late, 3_600_000, planted.run_ids[FINAL])
    said = refused(planted)
    assert f"metric test_accuracy of run {FINAL} ({planted.run_ids[FINAL]})" in said
    assert "when the run ended, 0.9123. Received: 0.99, logged 3,600 s after its end" in said


@pytest.mark.parametrize("value", [math.nan, -math.inf, 1e300])
def test_an_impossible_value_of_an_array_is_named_with_its_run(
    planted: Planted, value: float
) -> None:
    name = "encoding.shrink"
    file = planted.artifact(name, names.array_path("smallest_pca_error"))
    values = np.load(file)
    values[0] = value
    np.save(file, values)
    said = refused(planted)
    assert "arrays/smallest_pca_error.npy" in said
    assert planted.run_ids[name] in said


def test_a_study_named_too_long_for_a_folder_is_read_where_the_store_says(
    planted: Planted,
) -> None:
    store = planted.store()
    run = store.run(planted.run_ids[FINAL])
    assert run is not None
    there = store.artifact(run, names.FINGERPRINT_FILE)
    assert there is not None
    assert store.artifact(replace(run, study="x" * 10_000), names.FINGERPRINT_FILE) == there


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no zip", npy_header("(1" + 30 * "0" + ",)")],
    ids=["zip", "endless"],
)
def test_an_array_file_of_any_bytes_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(ReportError, match=r"^Expected an array. Received: it \("):
        contents.array(data, "it")


def test_a_run_that_ends_in_an_impossible_year_is_named() -> None:
    with pytest.raises(ReportError, match="Expected runs that ended before the year 10,000"):
        document.created({"runs": [{"ended": 1_700_000_000_000_000_000}]})


def test_a_figure_in_an_unknown_encoding_gets_a_sentence() -> None:
    with pytest.raises(ReportError, match="Expected an SVG"):
        svg.size_mm(b'<?xml version="1.0" encoding="nosuch"?><svg/>', "it")
