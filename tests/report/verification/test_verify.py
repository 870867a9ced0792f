"""Lies in the evidence that a report carries: each is found without a store."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from report.evidence.values import Json
from report.verification.carried import Carried
from report.verification.verify import disagreements
from tests.report.verification.lies import GAP, help_verdict, number, said


def set_text(evidence: Json) -> None:
    number(evidence, "0.912", "6")["text"] = "0.922"


def set_value(evidence: Json) -> None:
    number(evidence, "0.912", "6")["value"] = 0.9223


def set_text_and_value(evidence: Json) -> None:
    number(evidence, "0.912", "6").update(text="0.922", value=0.9223)


def set_scale(evidence: Json) -> None:
    number(evidence, "0.912", "6").update(scale=1.01, value=0.9033)


def set_decimals(evidence: Json) -> None:
    number(evidence, "0.912", "6")["decimals"] = 2


def set_word(evidence: Json) -> None:
    number(evidence, "nine", "6")["text"] = "ten"


def set_p_value(evidence: Json) -> None:
    item = next(item for item in evidence["numbers"] if item["text"].startswith("p"))
    item.update(text="p\u202f=\u202f0.030", value=0.03, decimals=3)


def set_derived(evidence: Json) -> None:
    item = next(item for item in evidence["numbers"] if item["text"] == GAP)
    item["derived"]["from"][0]["value"] = 0.99


def set_rule(evidence: Json) -> None:
    item = next(item for item in evidence["numbers"] if item["text"] == GAP)
    item["derived"]["rule"] = "ratio"


def forget_number(evidence: Json) -> None:
    evidence["numbers"].remove(number(evidence, "0.912", "6"))


def invent_number(evidence: Json) -> None:
    evidence["numbers"].append(
        {**number(evidence, "0.912", "6"), "id": "q6-n99", "place": "q6-n99"}
    )


def repeat_number(evidence: Json) -> None:
    evidence["numbers"].append(number(evidence, "0.912", "6"))


def swap_cells(evidence: Json) -> None:
    cells = [item for item in evidence["numbers"] if item["place"] == "q4-t1"]
    cells[3]["text"], cells[4]["text"] = cells[4]["text"], cells[3]["text"]


def forget_cell(evidence: Json) -> None:
    evidence["numbers"].remove(
        next(item for item in evidence["numbers"] if item["place"] == "q4-t1")
    )


def set_verdict(evidence: Json) -> None:
    help_verdict(evidence)["value"] = "hurt"


def set_verdict_numbers(evidence: Json) -> None:
    help_verdict(evidence)["numbers"][1] = "q5-n99"


def set_verdict_rule(evidence: Json) -> None:
    help_verdict(evidence)["rule"] = "threshold"


def set_sentence(evidence: Json) -> None:
    sentences = evidence["answers"][4]["sentences"]
    sentences[0] = sentences[0].replace("helped", "hurt")


def drop_sentence(evidence: Json) -> None:
    evidence["answers"][4]["sentences"] = []


def join_sentences(evidence: Json) -> None:
    answer = evidence["answers"][4]
    answer["sentences"] = [" ".join(answer["sentences"])]


def add_sentences(evidence: Json) -> None:
    evidence["answers"][4]["sentences"] += ["And so.", "And more."]


def set_run_id(evidence: Json) -> None:
    number(evidence, "0.912", "6")["run_id"] = "f" * 32


def set_runs_id(evidence: Json) -> None:
    evidence["runs"][0]["run_id"] = "f" * 32


def set_profile(evidence: Json) -> None:
    evidence["profile"] = "smoke"


def hide_stand_in(evidence: Json) -> None:
    evidence["runs"][0]["data_source"] = "stand-in"


def set_table_hash(evidence: Json) -> None:
    evidence["tables"][0]["sha256"] = "0" * 64


def set_draft(evidence: Json) -> None:
    evidence["draft"] = True


EVIDENCE_LIES: dict[str, tuple[Callable[[Json], None], str]] = {
    "a number's text": (set_text, "does not match the value"),
    "a number's value": (set_value, "does not match the value"),
    "a number's text and value": (set_text_and_value, "'0.912' is printed where"),
    "a number's scale": (set_scale, "does not match the value"),
    "a number's rounding": (set_decimals, "does not match the value"),
    "a number in words": (set_word, "does not match the value"),
    "a p-value": (set_p_value, "its p-value of the paired t test is"),
    "what a number derives from": (set_derived, "its difference is"),
    "how a number is derived": (set_rule, "its ratio is"),
    "a number left out": (forget_number, "has no evidence"),
    "a number made up": (invent_number, "(q6-n99) is not printed"),
    "a number twice": (repeat_number, "has two numbers"),
    "cells swapped": (swap_cells, "is printed where q4-t1 says"),
    "a cell left out": (forget_cell, "numbers are printed"),
    "a verdict": (set_verdict, "its numbers give 'helped', not 'hurt'"),
    "what a verdict rests on": (set_verdict_numbers, "its numbers are not in the evidence"),
    "how a verdict judges": (set_verdict_rule, "verdict help"),
    "a claim": (set_sentence, "is missing or in the wrong place"),
    "an answer's end": (drop_sentence, "has 0 sentences"),
    "two sentences as one": (join_sentences, "has 2 sentences, its evidence 1"),
    "more sentences": (add_sentences, "1 to 3 are allowed"),
    "a number's run": (set_run_id, "is not among the runs"),
    "a run's id": (set_runs_id, "is not printed"),
    "the profile": (set_profile, "does not show 'smoke profile'"),
    "that data is generated": (hide_stand_in, "does not show 'stand-in data'"),
    "a table's hash": (set_table_hash, "is not the one that the report was built with"),
    "a draft": (set_draft, "it is a draft"),
}


@pytest.mark.parametrize("lie", EVIDENCE_LIES)
def test_a_lie_in_the_evidence_is_found_without_a_store(carried: Carried, lie: str) -> None:
    plant, message = EVIDENCE_LIES[lie]
    evidence = copy.deepcopy(carried.evidence)
    plant(evidence)
    assert message in said(disagreements(replace(carried, evidence=evidence), None))
