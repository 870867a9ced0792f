"""What changed between two reports."""

import copy
import json

import pytest

from report.evidence.values import Json
from report.verification.carried import Carried
from report.verification.difference import differences


@pytest.fixture
def evidence(carried: Carried) -> Json:
    return carried.evidence


def test_a_report_does_not_differ_from_itself(evidence: Json) -> None:
    assert list(differences(evidence, copy.deepcopy(evidence))) == []


def test_the_same_numbers_of_other_runs_differ_in_their_runs_alone(evidence: Json) -> None:
    second = copy.deepcopy(evidence)
    old = next(run for run in second["runs"] if run["name"] == "classification.final")
    text = json.dumps(second).replace(old["run_id"], "e" * 32)
    second = json.loads(text)
    (line,) = differences(evidence, second)
    assert line.startswith(f"run classification.final: {old['run_id']} (")
    assert line.endswith(f"-> {'e' * 32} ({old['fingerprint'][:12]})")


def test_changed_numbers_verdicts_and_figures_are_named(evidence: Json) -> None:
    second = copy.deepcopy(evidence)
    number = next(item for item in second["numbers"] if item["text"] == "0.912")
    number.update(text="0.915", value=0.9152)
    next(item for item in second["verdicts"] if item["name"] == "help")["value"] = "hurt"
    second["figures"][0]["sha256"] = "0" * 64
    second["tables"] = second["tables"][1:]
    second["profile"] = "full"
    found = list(differences(evidence, second))
    assert "profile: quick -> full" in found
    assert (
        "Question 6: classification.final test_accuracy: 0.912 (0.9123) -> 0.915 (0.9152)" in found
    )
    assert "Question 5: verdict help: helped -> hurt" in found
    assert "Question 1: figure figure-1: changed" in found
    assert "Question 4: table table-1: changed" in found


def test_new_and_lost_numbers_are_named(evidence: Json) -> None:
    second = copy.deepcopy(evidence)
    second["numbers"] = [
        item for item in second["numbers"] if item.get("metric") != "test_accuracy"
    ]
    (line,) = (item for item in differences(evidence, second) if "test_accuracy: 0.912" in item)
    assert line.endswith("-> none")
    (line,) = (item for item in differences(second, evidence) if "-> 0.912" in item)
    assert "none -> 0.912 (0.9123)" in line
