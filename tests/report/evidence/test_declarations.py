"""Declared quantities: they are data, are refused where they cannot be read, and are read right."""

import json

import numpy as np
import pytest

from report.answers.printing import printed
from report.evidence.declarations import Declared, Evidence, check
from report.evidence.reading import Reader
from report.evidence.stages import (
    Stage,
    difference,
    lower_end,
    ratio,
    share,
    smallest,
    threshold,
)
from report.evidence.values import Number
from report.evidence.verdicts import Verdict
from report.store.reader import open_store
from report.store.runs import Runs
from report.study import Question, Section, Study
from tests.report.writer import Writer

final = Stage("work.final", "test_samples")
OUTCOMES = ("beats", "loses to", "equals")
SIZES = "size,error\n8,0.5\n4,0.75\n"
PAIRS = "seed,dropout,score\n1,0.5,0.9\n2,0.5,0.8\n1,0.0,0.7\n2,0.0,0.7\n"
Y_TRUE = np.arange(20) % 4


class Everything(Evidence):
    """A quantity by each rule."""

    accuracy = final.share("test_accuracy", "test_samples", "test accuracy")
    samples = final.count("test_samples", "test images")
    speed = final.metric("speed", "training speed", unit="images/s")
    error = final.metric("error", "test error", low="error_low", high="error_high")
    epochs = final.setting("epochs", "epochs")
    name = final.text("name", "the network's name")
    first = final.cell("sizes", "error", "error of the first size", row=0)
    last = final.cell("sizes", "error", "error of the last size", row=-1)
    found = final.cell("sizes", "error", "error of four", where="size", equals=final.setting("k"))
    second = final.row("sizes", 1).cell("error", "error of the second size")
    rated = final.rate("test_accuracy", "test accuracy once more")
    of_eight = final.row("sizes", where="size", equals=8).rate("error", "error of eight as a share")
    rise = ratio(difference("last", "first", "rise of the error"), "first", "relative rise")
    least = smallest("first", "last", meaning="smaller error")
    at_least = lower_end("accuracy", "lower end of the accuracy's interval")
    whole = share("first", "samples", "the first error as a share")
    sizes = final.table("sizes", "all sizes", known_to={"error": "accuracy"})
    rows = final.rows("sizes", "each size", texts=("size",), numbers=("error",))
    good = threshold("accuracy", at_least=0.5, outcomes=("good", "bad"), meaning="if it is good")
    logged = threshold(
        "accuracy", at_least=final.setting("limit"), outcomes=("good", "bad"), meaning="as logged"
    )
    stopped = final.decision(
        "stopped", outcomes=("stopped", "went on"), by=("error",), meaning="whether it stopped"
    )
    against = final.compare("y_pred", "y_pred_other", outcomes=OUTCOMES, meaning="one and other")
    closer = final.compare_samples("near", "far", outcomes=OUTCOMES, meaning="near and far")
    dropout = final.compare_seeds(
        "pairs",
        "score",
        seed="seed",
        baseline={"dropout": 0.0},
        outcomes=OUTCOMES,
        meaning="with and without",
    )


@pytest.fixture
def runs(writer: Writer) -> Runs:
    y_pred, other = Y_TRUE.copy(), Y_TRUE.copy()
    y_pred[:2] += 1  # right where the other is not: none; the other is wrong in twelve
    other[:12] += 1
    writer.run(
        "work.final",
        metrics={
            "test_accuracy": 0.9,
            "test_samples": 20,
            "speed": 1200.0,
            "error": 0.4,
            "error_low": 0.3,
            "error_high": 0.6,
            "stopped": 0,
        },
        params={"epochs": 12, "name": "LeNet", "k": 4, "limit": 0.95},
        tables={"sizes": SIZES, "pairs": PAIRS},
        arrays={
            "y_true": Y_TRUE,
            "y_pred": y_pred,
            "y_pred_other": other,
            "near": np.linspace(0, 1, 20),
            "far": np.linspace(2, 3, 20),
        },
    )
    return Runs("fashion", "quick", open_store(writer.uri))


def values(runs: Runs, question: Question) -> dict[str, object]:
    return dict(Reader(question.declared, runs).all())


QUESTION = Question("1.5.8a", "What came of it", Everything)
STUDY = Study("fashion", "Work", (Section("First", (QUESTION,)),))


def test_every_rule_reads_what_was_logged(runs: Runs) -> None:
    found = values(runs, QUESTION)
    numbers = {name: value.value for name, value in found.items() if isinstance(value, Number)}
    assert numbers == {
        "accuracy": 0.9,
        "samples": 20,
        "speed": 1200.0,
        "error": 0.4,
        "epochs": 12,
        "first": 0.5,
        "last": 0.75,
        "found": 0.75,
        "second": 0.75,
        "rated": 0.9,
        "of_eight": 0.5,
        "rise": 0.5,
        "least": 0.5,
        "at_least": pytest.approx(0.69896, abs=1e-5),  # Wilson's interval of 18 in 20
        "whole": 0.5,
    }
    verdicts = {name: str(v.outcome) for name, v in found.items() if isinstance(v, Verdict)}
    assert verdicts == {
        "good": "good",
        "logged": "bad",
        "stopped": "went on",
        "against": "beats",
        "closer": "loses to",
        "dropout": "equals",
    }
    for name in ("rated", "of_eight"):
        assert found[name].bounds is not None  # type: ignore[attr-defined]  # it is a Number
    rows = found["rows"]
    assert isinstance(rows, tuple)
    assert [row["error"].value for row in rows] == [0.5, 0.75]


def test_a_whole_number_in_a_table_is_printed_as_one(runs: Runs) -> None:
    declared = {
        "size": final.cell("sizes", "size", "a size", row=-1),
        "error": final.cell("sizes", "error", "an error", row=-1),
    }
    found = Reader(declared, runs).all()
    assert {name: printed(n).text for name, n in found.items() if isinstance(n, Number)} == {
        "size": "4",
        "error": "0.750",
    }


def test_a_comparison_counts_from_the_predictions(runs: Runs) -> None:
    against = values(runs, QUESTION)["against"]
    assert isinstance(against, Verdict)
    # Of 20 samples, ten are right by the first alone and none by the second alone.
    assert [number.value for number in against.numbers] == [0.5, 2 / 2**10, 10, 0, 20]
    assert against.numbers[1].meaning == "two-sided p-value: one and other"


def test_a_quantity_read_from_json_is_the_same(runs: Runs) -> None:
    again = Study.from_json(json.loads(json.dumps(STUDY.as_json())))
    assert again.as_json() == STUDY.as_json()
    first, second = (values(runs, study.questions[0]) for study in (STUDY, again))
    assert first.keys() == second.keys()
    for name, value in first.items():
        other = second[name]
        if isinstance(value, Verdict) and isinstance(other, Verdict):
            assert value.outcome == other.outcome
            assert [n.value for n in value.numbers] == [n.value for n in other.numbers]
        else:
            assert repr(value) == repr(other)


def test_a_number_says_what_it_is_and_so_do_the_ends_of_its_interval(runs: Runs) -> None:
    accuracy = values(runs, QUESTION)["accuracy"]
    assert isinstance(accuracy, Number)
    assert accuracy.meaning == "test accuracy"
    assert accuracy.bounds is not None
    assert accuracy.bounds[0].meaning == "lower end of the 95 % interval: test accuracy"


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"a": difference("a", "a", "itself")}, "Expected a not to be made from itself"),
        ({"a": difference("b", "b", "x"), "b": ratio("a", "a", "y")}, "not to be made from itself"),
        (
            {"near": final.metric("m", "m"), "b": ratio("neer", "near", "b")},
            "Received: neer (did you mean 'near'",
        ),
        ({"a": final.metric("m")}, "Expected a quantity's name and meaning. Received: 'a'"),
        ({"table": final.metric("m", "rows")}, "other than the words of an answer"),
        ({"a b": final.metric("m", "m")}, "Received: 'a b'"),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_is_declared(
    declared: dict[str, Declared], message: str
) -> None:
    with pytest.raises(ValueError, match="Expected") as error:
        check(declared)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "said",
    [
        {"rule": "metrc", "meaning": "m", "stage": "a.b", "metric": "m"},
        {"rule": "metric", "meaning": "m", "stage": "a.b"},
        {"rule": "metric", "meaning": "m", "stage": "a.b", "metric": "m", "more": 1},
        {"rule": ["metric"], "meaning": "m"},
        {"meaning": "m"},
        {"rule": "ratio", "meaning": "m", "first": {"rule": "metric"}, "second": "a"},
        {"rule": "ratio", "meaning": "m", "first": {"other": 1}, "second": "a"},
    ],
)
def test_json_of_another_form_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        Declared.from_json(said)


def test_predictions_of_other_samples_are_refused(writer: Writer) -> None:
    arrays = {"y_true": Y_TRUE, "y_pred": Y_TRUE[:5], "y_pred_other": Y_TRUE}
    writer.run("work.final", arrays=arrays)
    evidence = {"against": Everything.declared["against"]}
    runs = Runs("fashion", "quick", open_store(writer.uri))
    with pytest.raises(ValueError, match="Expected labels of the same samples for against"):
        Reader(evidence, runs).all()


def test_labels_keep_their_order_and_must_differ_as_files() -> None:
    questions = tuple(Question(label, "Why") for label in ("1.5.8a", "3 f", "10"))
    assert [question.key for question in questions] == ["q1.5.8a", "q3f", "q10"]
    with pytest.raises(ValueError, match="Expected labels that differ"):
        Study("s", "S", (Section("", (Question("3 f", "Why"), Question("3f", "How"))),))
    with pytest.raises(ValueError, match="Expected a label"):
        Question("../1", "Why")
