"""Lies planted in a report, in its evidence and in the store: each is found, and truth passes."""

import copy
import functools
import math
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    NameObject,
    TextStringObject,
)

from report.errors import ReportError
from report.evidence import derivations
from report.evidence.values import Json
from report.pages.pdf import render
from report.study import Study
from report.verification import answered_again
from report.verification.carried import Carried
from report.verification.shape import require_shape
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted
from tests.report.forging import edited, retype

Tree = dict[str, Any]
GAP = "3.7\u202fpercentage points"


@pytest.fixture(scope="module")
def carried(built: bytes) -> Carried:
    return read(built, "report.pdf")


def said(found: list[str]) -> str:
    return "\n".join(found)


# The untouched report.


def test_the_untouched_report_holds(carried: Carried, planted_once: Planted) -> None:
    assert disagreements(carried, None) == []
    assert disagreements(carried, planted_once.store()) == []


def test_the_report_holds_after_the_project_was_moved(carried: Carried, planted: Planted) -> None:
    assert disagreements(carried, planted.store()) == []


def test_a_file_saved_again_by_another_program_still_holds(built: bytes) -> None:
    assert disagreements(read(edited(built, lambda _: None), "saved.pdf"), None) == []


SLOPE = r"$$\frac{\partial C}{\partial z} = x$$"
WITH_FORMULAS = {  # by question's key; each may have one to three sentences
    "q1": ("It is exact.\n\n{0}\n\nHere it ends.\n\n{0}", 2),
    "q2": ("The slope is\n\n{0}\n\nwhere the sum goes over all samples. It is exact.", 2),
    "q3": ("The slope is\n{0}\n{0}\nas above, and its sign\n\n{0}\n\nas below.", 1),
    "q4": ("The slope is\n\n{0}\n\nHere it ends, without a stop", 2),
    "q5": ("There are\n\n- these\n- those, for\n\n  {0}\n\n  is exact", 3),
    "q6": ("It is exact.\n\nIts sign is\n\n{0}", 2),
}


def test_a_report_with_displayed_formulas_anywhere_holds(planted: Planted) -> None:
    answers = {key: source.format(SLOPE) for key, (source, _) in WITH_FORMULAS.items()}
    report = planted.answered(answers)
    carried = read(render(report), "report.pdf")
    counts = [len(answer["sentences"]) for answer in carried.evidence["answers"]]
    assert counts[: len(WITH_FORMULAS)] == [count for _, count in WITH_FORMULAS.values()]
    assert disagreements(carried, planted.store()) == []


# Lies in the evidence that the PDF carries, told to a reader without a store.


def number(evidence: Json, text: str, question: str) -> Tree:
    return next(
        item
        for item in evidence["numbers"]
        if item["text"] == text and item["question"] == question and item["place"] == item["id"]
    )


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


def help_verdict(evidence: Json) -> Json:
    """Find the verdict on dropout."""
    found: Json = next(item for item in evidence["verdicts"] if item["name"] == "help")
    return found


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


# Lies in the store: what was measured has changed, or is gone.


def sql(statement: str) -> Callable[[Planted], None]:
    def change(planted: Planted) -> None:
        with closing(sqlite3.connect(planted.database)) as connection:
            changed = connection.execute(statement).rowcount
            connection.commit()
        assert changed > 0

    return change


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


METRICS = "UPDATE metrics SET value = value + 0.01 WHERE key = 'test_accuracy'"
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


# Lies that agree with themselves all over the PDF: only the store and the templates tell.


def test_a_claim_turned_everywhere_is_found_by_its_template(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    sentences = evidence["answers"][4]["sentences"]
    sentences[0] = sentences[0].replace("Dropout helped", "Dropout hurt")
    texts, bodies = (
        # Wherever the line happens to break.
        tuple(re.sub(r"Dropout(\s+)helped", r"Dropout\1hurt", text) for text in read)
        for read in (carried.texts, carried.bodies)
    )
    assert texts != carried.texts
    forged = replace(carried, evidence=evidence, texts=texts, bodies=bodies)
    assert disagreements(forged, None) == []
    found = said(disagreements(forged, planted_once.store()))
    assert "'Dropout hurt" in found
    assert "does not follow from its template" in found


def test_a_template_turned_with_it_is_found_by_its_claim(
    carried: Carried, planted_once: Planted
) -> None:
    import hashlib

    evidence = copy.deepcopy(carried.evidence)
    answer = evidence["answers"][4]
    words = b"Dropout hurt."
    answer.update(sentences=[words.decode()], sha256=hashlib.sha256(words).hexdigest())
    forged = replace(
        carried,
        evidence=evidence,
        files={**carried.files, answer["template"]: words},
        texts=tuple(text.replace("Dropout helped", "Dropout hurt.") for text in carried.texts),
    )
    found = said(disagreements(forged, planted_once.store()))
    assert "Expected a verdict or a require in the sentence that claims 'hurt'" in found


def test_a_threshold_made_to_suit_is_found_by_the_study(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    verdict = help_verdict(evidence)
    verdict["thresholds"]["smallest"] = 0.9
    verdict["value"] = "made no measurable difference"
    forged = replace(carried, evidence=evidence)
    (line,) = disagreements(forged, None)
    assert "says 'helped,' instead of 'made no measurable difference,' in 'Verdict help" in line
    found = said(disagreements(forged, planted_once.store()))
    assert "verdict help: the study's rule does not give 'made no measurable difference'" in found


def reword_meaning(evidence: Json) -> None:
    number(evidence, "0.912", "6")["meaning"] = "accuracy on the test images"


def add_seeds(evidence: Json) -> None:
    next(item for item in evidence["numbers"] if item.get("seeds"))["seeds"] = ["1", "2", "3", "4"]


def set_reason(evidence: Json) -> None:
    answer = next(answer for answer in evidence["answers"] if answer["allowed"])
    answer["allowed"][0]["reason"] = "it is well known"


def other_figure(evidence: Json) -> None:
    first, second = evidence["figures"][:2]
    first.update({key: second[key] for key in ("run_id", "path", "sha256")})


def other_words_for_a_picture(evidence: Json) -> None:
    evidence["figures"][0]["alt"] = "Test accuracy rises to the top."
    evidence["alternatives"].append("Test accuracy rises to the top.")


RECORDED_LIES = {  # what the store shows, and what the pages do
    "a meaning": (reword_meaning, "its meaning is", "instead of 'accuracy on the test images'"),
    "seeds": (add_seeds, "its seeds is", "instead of '1, 2, 3, 4'"),
    "a reason": (set_reason, "its allowed is", ""),
    "another figure": (other_figure, "figures, figure-1: its path is", ""),
    "an alternative text": (other_words_for_a_picture, "figures, figure-1: its alt is", ""),
}


@pytest.mark.parametrize("lie", RECORDED_LIES)
def test_what_the_evidence_says_of_a_number_or_a_figure_follows_from_its_template(
    carried: Carried, planted_once: Planted, lie: str
) -> None:
    change, message, printed = RECORDED_LIES[lie]
    evidence = copy.deepcopy(carried.evidence)
    change(evidence)
    forged = replace(carried, evidence=evidence)
    on_pages = said(disagreements(forged, None))
    assert printed in on_pages if printed else on_pages == ""
    assert message in said(disagreements(forged, planted_once.store()))


def test_a_derived_value_that_another_library_rounds_otherwise_is_no_lie(
    carried: Carried, planted_once: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(rule: Callable[..., float], *values: object) -> float:
        value = rule(*values)
        return value if value == round(value) else math.nextafter(value, math.inf)

    for name, rule in derivations.RULES.items():
        monkeypatch.setitem(derivations.RULES, name, functools.partial(otherwise, rule))
    assert disagreements(carried, planted_once.store()) == []


def declared(carried: Carried, question: int, change: Callable[[Json], object]) -> Carried:
    """Declare a study otherwise in a report that carries its declarations."""
    study = copy.deepcopy(carried.study.as_json())
    change([asked for part in study["sections"] for asked in part["questions"]][question - 1])
    return replace(carried, study=Study.from_json(study))


DECLARED_LIES: dict[str, tuple[Callable[[Json], object], str]] = {
    "how long an answer may be": (
        lambda asked: asked.update(sentences=[1, 9]),
        "Question 5: 1 to 3 sentences allowed by the study",
    ),
    "a threshold": (
        lambda asked: asked["evidence"]["help"].update(smallest=0.9),
        "Question 5: it declares help differently from the study",
    ),
    "what a value is read from": (
        lambda asked: asked["evidence"]["gap_with"].update(metric="gap_without"),
        "Question 5: it declares gap_with differently from the study",
    ),
    "a value left out": (
        lambda asked: asked["evidence"].pop("gap_with"),
        "Question 5: it does not declare gap_with, which the study does",
    ),
    "another label": (
        lambda asked: asked.update(label="5b"),
        "Question 5: it is in the study but not in the report",
    ),
}


@pytest.mark.parametrize("lie", DECLARED_LIES)
def test_what_a_report_declares_otherwise_than_its_study_is_found(
    carried: Carried, lie: str
) -> None:
    change, message = DECLARED_LIES[lie]
    assert message in said(disagreements(declared(carried, 5, change), None))


def test_a_meaning_or_heading_reworded_since_is_no_lie(
    carried: Carried, planted_once: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reword(asked: Json) -> None:
        asked["heading"] = "What dropout does"
        asked["evidence"]["help"]["meaning"] = "dropout compared"

    reworded = declared(carried, 5, reword)
    with monkeypatch.context() as since:
        since.setattr(answered_again, "STUDIES", (reworded.study,))
        evidence = {**carried.evidence, "edition": "f" * 64}
        assert disagreements(replace(carried, evidence=evidence), None) == []
    # But a report's pages and ledger must say what its own declarations say.
    lines = disagreements(reworded, None)
    assert [line.partition(" says ")[0] for line in lines[:2]] == ["page 1", "page 4"]
    assert lines[2:] == [
        "'Question 5 What dropout does' is not printed",
        "Question 5: its heading is 'What dropout does', not 'Whether dropout helped'",
    ]
    found = said(disagreements(reworded, planted_once.store()))
    assert "its meaning is 'mean difference: dropout compared', not 'mean difference: va" in found


def test_a_report_on_a_study_that_the_project_does_not_have_is_checked_by_its_own_declarations(
    carried: Carried, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered_again, "STUDIES", ())
    assert disagreements(carried, planted.store()) == []
    sql(METRICS)(planted)
    assert "the store holds 0.9223, not 0.9123" in said(disagreements(carried, planted.store()))


def test_a_question_left_out_is_found(carried: Carried, planted_once: Planted) -> None:
    evidence = copy.deepcopy(carried.evidence)
    del evidence["answers"][4]
    forged = replace(carried, evidence=evidence)
    assert "Question 5: it is not answered" in said(disagreements(forged, planted_once.store()))


# Lies in the PDF itself: its words, its links, its drawing, its files.


def digit_in_an_answer(writer: pypdf.PdfWriter) -> None:
    retype(writer, "0.912", "0.992")


def word_in_an_answer(writer: pypdf.PdfWriter) -> None:
    retype(writer, "Dropout helped", "Dropout hurted")


def digit_that_only_readers_see(writer: pypdf.PdfWriter) -> None:
    """Leave the drawing and let a program read another digit."""
    for page in writer.pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            cmap = font.get_object()["/ToUnicode"].get_object()
            cmap.set_data(cmap.get_data().replace(b"<0039>", b"<0038>"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("+0.00540", ["", *"0.00540"], id="a lost sign"),
        pytest.param("+0.00540", "+0.00940", id="a changed digit"),
        pytest.param("+0.00540", ["+", "0", "", *"00540"], id="a lost point"),
    ],
)
def test_a_number_retyped_on_the_page_is_found_in_the_file(
    built: bytes, before: str, after: Sequence[str]
) -> None:
    lie = edited(built, lambda writer: retype(writer, before, after))
    found = said(disagreements(read(lie, "edited.pdf"), None))
    assert f"{''.join(after)!r} is printed where q5-n" in found
    assert "Question 5: 'Dropout" in found


def link_to_another_line(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        for reference in page.get("/Annots", []):
            annotation = reference.get_object()
            if annotation.get("/Dest") == "q6-n1":
                annotation[NameObject("/Dest")] = TextStringObject("q6-n2")
                return
    raise AssertionError("no such link")


def link_to_nowhere(writer: pypdf.PdfWriter) -> None:
    for page in writer.pages:
        for reference in page.get("/Annots", []):
            annotation = reference.get_object()
            if annotation.get("/Dest") == "q6-n1":
                annotation[NameObject("/Dest")] = TextStringObject("q6-n77")


def links_removed(writer: pypdf.PdfWriter) -> None:
    writer.remove_links()


def drawing_of_a_figure(writer: pypdf.PdfWriter) -> None:
    """Draw a figure's line elsewhere."""
    for page in writer.pages:
        contents: Any = page["/Contents"].get_object()
        data = contents.get_data()
        if b"0 0.447059 0.698039 RG" in data:
            changed = DecodedStreamObject()
            changed.set_data(data.replace(b"0 0.447059 0.698039 RG", b"1 0 0 RG", 1))
            page[NameObject("/Contents")] = writer._add_object(changed)
            return
    raise AssertionError("no page draws in that colour")


def words_for_a_picture(writer: pypdf.PdfWriter) -> None:
    """Have something else read out than the picture's own alternative text."""
    waiting: list[Any] = [writer._root_object["/StructTreeRoot"].get_object()]
    while waiting:
        item = waiting.pop()
        if item.get("/S") == "/Figure" and "/Alt" in item and item["/Alt"] != "Draft":
            item[NameObject("/Alt")] = TextStringObject("Test accuracy rises to the top.")
            return
        below = item["/K"].get_object() if "/K" in item else []
        parts = [part.get_object() for part in (below if isinstance(below, list) else [below])]
        waiting += [part for part in parts if isinstance(part, dict)]
    raise AssertionError("no picture has an alternative text")


def page_removed(writer: pypdf.PdfWriter) -> None:
    writer.remove_page(2)


def pages_swapped(writer: pypdf.PdfWriter) -> None:
    kids: Any = writer._root_object["/Pages"].get_object()
    pages = list(kids["/Kids"])
    pages[1], pages[2] = pages[2], pages[1]
    kids[NameObject("/Kids")] = ArrayObject(pages)


def text_added(writer: pypdf.PdfWriter) -> None:
    contents: Any = writer.pages[0]["/Contents"].get_object()
    changed = DecodedStreamObject()
    changed.set_data(contents.get_data() + b"\n0 0 1 rg 50 50 100 20 re f")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(changed)


def all_over(writer: pypdf.PdfWriter) -> None:
    """Tell lies in different places at once."""
    digit_in_an_answer(writer)
    word_in_an_answer(writer)
    link_to_another_line(writer)
    drawing_of_a_figure(writer)
    text_added(writer)


PDF_LIES: dict[str, tuple[Callable[[pypdf.PdfWriter], None], list[str]]] = {
    "a digit, a word, a link, a figure and a page's ground": (
        all_over,
        [
            "'0.992' is printed where q6-n",
            "'Dropout helped: over three repetitions",
            "'nine' is printed where q6-n2",
            "page 2 has changed since the report was built",
            "page 1 has changed since the report was built",
        ],
    ),
    "an alternative text": (
        words_for_a_picture,
        ["the alternative text 'Test accuracy rises to the top.' has no evidence"],
    ),
    "a digit for readers' programs": (digit_that_only_readers_see, ["is printed where"]),
    "a link into nothing": (link_to_nowhere, ["'nine' has no evidence"]),
    "no links": (links_removed, ["is not printed"]),
    "a page gone": (page_removed, ["pages, but was built with"]),
    "pages swapped": (pages_swapped, ["page 2 has changed since the report was built"]),
}


@pytest.mark.parametrize("lie", PDF_LIES)
def test_a_lie_in_the_pdf_is_found_without_a_store(built: bytes, lie: str) -> None:
    edit, messages = PDF_LIES[lie]
    found = said(disagreements(read(edited(built, edit), "edited.pdf"), None))
    assert [message for message in messages if message not in found] == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("classification.tuning.trials.csv", b"0.9084", b"0.99"),
        ("q5.md.j2", b"early stopping", b"late stopping"),
    ],
)
def test_an_attached_file_that_was_changed_or_removed_is_found(
    carried: Carried, name: str, before: bytes, after: bytes
) -> None:
    changed = {**carried.files, name: carried.files[name].replace(before, after)}
    found = said(disagreements(replace(carried, files=changed), None))
    assert f"the attached {name} is not the one that the report was built with" in found
    del changed[name]
    assert f"{name} is not attached" in said(disagreements(replace(carried, files=changed), None))


# Files that are no reports.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"study": None}, "Expected a text as study"),
        ({"pages": "none"}, "Expected a list of hashes as pages"),
        ({"numbers": {}}, "Expected a list as numbers"),
        ({"numbers": [{"id": "q1-n1"}]}, "Expected question in numbers[0]"),
        ({"runs": [None]}, "Expected run_id in runs[0]"),
    ],
)
def test_evidence_of_another_form_is_refused(
    carried: Carried, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ReportError) as error:
        require_shape({**carried.evidence, **change})
    assert message in str(error.value)


def with_evidence(data: bytes) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("evidence.json", data)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def test_what_is_no_pdf_or_carries_no_evidence_is_refused(built: bytes) -> None:
    for data in (b"junk", built[: len(built) // 2]):
        with pytest.raises(ReportError, match=r"Expected a report's PDF. Received: x.pdf"):
            read(data, "x.pdf")
    with pytest.raises(ReportError, match=r"Expected JSON in evidence.json of x.pdf"):
        read(with_evidence(b"no JSON"), "x.pdf")
    with pytest.raises(ReportError, match=r"Expected an object in evidence.json of x.pdf"):
        read(with_evidence(b"[]"), "x.pdf")
    blank = pypdf.PdfWriter()
    blank.add_blank_page(100, 100)
    output = BytesIO()
    blank.write(output)
    with pytest.raises(ReportError, match=r"Expected evidence.json attached to x.pdf"):
        read(output.getvalue(), "x.pdf")
