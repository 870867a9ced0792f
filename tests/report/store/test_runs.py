"""A study's current runs: what is read from them, and what is said where they lack it."""

import pytest

from contract import names
from report.errors import ReportError
from report.evidence.values import Form
from report.store.reader import open_store
from report.store.runs import Runs, last_profile
from tests.report.conftest import Planted
from tests.report.planted import figure
from tests.report.writer import Writer


def runs(writer: Writer) -> Runs:
    return Runs("fashion", "quick", open_store(writer.uri))


def test_values_remember_where_they_were_read(planted_once: Planted) -> None:
    initial = planted_once.runs().stage("classification.initial")
    accuracy = initial.metric("val_accuracy")
    assert accuracy.source.as_json() == {
        "run_id": planted_once.run_ids["classification.initial"],
        "metric": "val_accuracy",
        "step": 10,
    }
    assert [number.value for number in initial.curve("val_accuracy")][:2] == [0.83, 0.865]
    assert initial.param("epochs").form is Form.COUNT
    assert initial.text("optimizer").value == "Adam"


def test_a_table_is_read_by_row_and_column(planted_once: Planted) -> None:
    trials = planted_once.runs().stage("classification.tuning").table("trials")
    assert len(trials) == 4
    assert trials.number(1, "best_val_accuracy").value == 0.9084
    assert trials.rows_where("learning_rate", 0.003) == [2, 3]
    assert trials.rows_where("status", "finished") == [0, 1, 2, 3]
    assert [number.value for number in trials.numbers("trial")] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="Received: finish"):
        trials.text(0, "finish")
    with pytest.raises(ValueError, match="Expected a finite number in status in row 1"):
        trials.number(0, "status")
    with pytest.raises(ValueError, match="Expected a row with status='failed'"):
        trials.rows_where("status", "failed")


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [
        ("metric", "final_val_acuracy", "did you mean 'final_val_accuracy'"),
        ("curve", "val_acuracy", "did you mean 'val_accuracy'"),
        ("param", "epoch", "did you mean 'epochs'"),
        ("figure", "curve", "did you mean 'curves'"),
        ("table", "trials", "there are none"),
        ("samples", "errors", "there are none"),
    ],
)
def test_what_a_run_lacks_is_named_with_the_nearest(
    planted_once: Planted, kind: str, name: str, near: str
) -> None:
    initial = planted_once.runs().stage("classification.initial")
    readers = {
        "metric": initial.metric,
        "curve": initial.curve,
        "param": initial.param,
        "figure": initial.figure,
        "table": initial.table,
        "samples": initial.samples,
    }
    with pytest.raises(ReportError) as error:
        readers[kind](name)
    assert f"of run classification.initial ({initial.run.run_id}). Received: {name}" in str(
        error.value
    )
    assert near in str(error.value)


def test_a_missing_run_names_the_command_that_makes_it(writer: Writer) -> None:
    with pytest.raises(ReportError) as error:
        runs(writer).stage("classification.initial")
    assert "run classification.initial of study fashion, profile quick. Received: none" in str(
        error.value
    )
    assert error.value.command == "python -m experiments run fashion --profile quick"


def test_a_failed_run_is_named_with_its_reason(writer: Writer) -> None:
    run_id = writer.run(
        "classification.initial",
        status="FAILED",
        tags={names.Tag.FAILURE: "val_loss is nan in epoch 3."},
    )
    with pytest.raises(ReportError, match=rf"{run_id}.*Received: failed \(val_loss is nan"):
        runs(writer).stage("classification.initial")


@pytest.mark.parametrize("status", ["RUNNING", "KILLED"])
def test_an_unfinished_run_is_refused(writer: Writer, status: str) -> None:
    writer.run("classification.initial", status=status)
    with pytest.raises(ReportError, match=f"Received: {status.lower()}"):
        runs(writer).stage("classification.initial")


def test_a_deleted_run_is_refused(writer: Writer) -> None:
    writer.client.delete_run(writer.run("classification.initial"))
    with pytest.raises(ReportError, match="Received: deleted"):
        runs(writer).stage("classification.initial")


def test_profiles_are_kept_apart(writer: Writer) -> None:
    full = writer.run("classification.initial", profile="full")
    quick = writer.run("classification.initial", profile="quick")
    store = open_store(writer.uri)
    assert Runs("fashion", "full", store).stage("classification.initial").run.run_id == full
    assert Runs("fashion", "quick", store).stage("classification.initial").run.run_id == quick
    assert last_profile(store, "fashion") == "quick"


def test_a_study_that_never_ran_names_the_command(writer: Writer) -> None:
    with pytest.raises(ReportError) as error:
        last_profile(open_store(writer.uri), "scratch")
    assert error.value.command == "python -m experiments run scratch --profile quick"


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        (b"<svg", "Expected an SVG. Received: figures/curves.svg"),
        (b"<svg/>", "Expected an SVG with its width and height"),
        (b'<svg width="50%" height="9mm"/>', "Expected an SVG with its width and height"),
        (b'<html width="5mm" height="9mm"/>', "<html>"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + figure("x"), "without entities"),
    ],
)
def test_a_figure_that_is_none_is_refused(writer: Writer, svg: bytes, message: str) -> None:
    writer.run("classification.initial", figures={"curves": svg})
    with pytest.raises(ReportError, match=message):
        runs(writer).stage("classification.initial").figure("curves")


def test_an_array_is_never_unpickled(writer: Writer) -> None:
    import numpy as np

    writer.run("classification.initial", arrays={"errors": np.arange(3)})
    stage = runs(writer).stage("classification.initial")
    assert stage.samples("errors").values.tolist() == [0, 1, 2]
    path = next(writer.root.glob("**/errors.npy"))
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ReportError, match=r"Expected an array.*arrays/errors.npy"):
        stage.samples("errors")
