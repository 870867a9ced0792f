"""Words added to a page, changed or taken from it are found though the page's hash agrees."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest

from report.errors import ReportError
from report.evidence.values import Json
from report.study import Study
from report.verification import answered_again
from report.verification.carried import Carried
from report.verification.shape import require_shape
from report.verification.verify import disagreements, read
from tests.report.conftest import Planted
from tests.report.forging import Edit, add_in_own_typeface, add_line, forged, retype

LIE = "The test accuracy was 0.99."
NOT_IN_IT = "which the report does not contain"


def found(pdf: bytes, edit: Edit) -> list[str]:
    return disagreements(read(forged(pdf, edit), "forged.pdf"), None)


def page_of(carried: Carried, words: str) -> int:
    """Find the last page that says something, from 0."""
    return max(at for at, text in enumerate(carried.texts) if words in text)


# Lines that are drawn where the report has none.

PLACES: dict[str, tuple[str | int, float, float]] = {
    # Words on the page, or its number from 0; x and y of the line, in points.
    "on the front page": (0, 60, 560),
    "between two answers": (1, 60, 400),
    "in the middle of a line": (2, 200, 600),
    "above the text": (3, 200, 800),
    "beside the page number": (4, 300, 40),
    "beside a caption": (5, 440, 300),
    "in the ledger": ("Every printed number", 60, 60),
    "after the last words": ("Commands", 60, 60),
}


@pytest.mark.parametrize("first", [False, True], ids=["drawn last", "drawn first"])
def test_a_line_added_anywhere_is_found(built: bytes, carried: Carried, first: bool) -> None:
    places = [
        (page_of(carried, where) if isinstance(where, str) else where, x, y)
        for where, x, y in PLACES.values()
    ]
    assert len({page for page, _, _ in places}) == len(PLACES)

    def add(writer: pypdf.PdfWriter) -> None:
        for page, x, y in places:
            add_line(writer, LIE, page, x, y, first=first)

    assert found(built, add) == [
        f"page {page + 1} says {LIE!r}, {NOT_IN_IT}" for page, _, _ in sorted(places)
    ]


def test_a_line_in_the_reports_own_typeface_is_found(brief: bytes) -> None:
    words = "accuracies are 0.99"
    assert found(brief, lambda writer: add_in_own_typeface(writer, words, 2, 60, 60)) == [
        f"page 3 says {words!r}, {NOT_IN_IT}"
    ]


def test_words_that_the_report_says_already_are_found_where_they_are_repeated(brief: bytes) -> None:
    again = "Whether dropout helped"
    assert found(brief, lambda writer: add_line(writer, again, 0, 60, 60)) == [
        f"page 1 says {again!r}, {NOT_IN_IT}"
    ]


def test_a_page_that_is_drawn_otherwise_in_the_same_words_is_no_lie(brief: bytes) -> None:
    assert found(brief, lambda writer: add_line(writer, " ", 0, 100, 100)) == []


# Words that are changed or left out, where no answer says them.


def changed(before: str, after: str, page: int) -> Edit:
    """Retype words; a shorter text leaves its last places empty."""
    letters = [*after, *[""] * (len(before) - len(after))]
    letters[len(before) - 1 :] = ["".join(letters[len(before) - 1 :])]
    return lambda writer: retype(writer, before, letters, page)


TITLE = "Classifying, encoding and explaining Fashion-MNIST"
FRONT = "in 'Every number, figure and verdict in this report was read from a …'"
Change = tuple[str, str, str, str]
CHANGES: dict[str, list[Change]] = {
    # Words before and after, words on their page, what is said; told apart in one file.
    "the title, a heading, what the report says of itself and a page number in the contents": [
        (
            "explaining",
            "expanding",
            "runs finished",
            f"says 'expanding' instead of 'explaining' in {TITLE!r}",
        ),
        (
            "tracked",
            "checked",
            "read from a",
            f"says 'checked' instead of 'tracked' {FRONT}",
        ),
        (
            "helped",
            "hid",
            "Question 5 Whether dropout",
            "says 'hid' instead of 'helped' in 'Question 5 Whether dropout helped'",
        ),
        ("14", "12", "read from a", "says that 'Runs' is on page 12"),
    ],
    "the title above a page, and a word left out": [
        ("rounded", "", "read from a", f"leaves out 'rounded' {FRONT}"),
        (
            "explaining",
            "expanding",
            "Question 5 Whether dropout",
            f"says 'expanding' instead of 'explaining' in '{TITLE} quick profile'",
        ),
    ],
}


@pytest.mark.parametrize("changes", CHANGES)
def test_words_changed_outside_the_answers_are_found(
    built: bytes, carried: Carried, changes: str
) -> None:
    at = {where: page_of(carried, where) for _, _, where, _ in CHANGES[changes]}

    def change(writer: pypdf.PdfWriter) -> None:
        for before, after, where, _ in CHANGES[changes]:
            changed(before, after, at[where])(writer)

    assert found(built, change) == [
        f"page {at[where] + 1} {message}" for _, _, where, message in CHANGES[changes]
    ]


# What the evidence says of the pages, against what they say.


def set_authors(evidence: Json) -> None:
    evidence["authors"] = ["Someone Else"]


def set_group(evidence: Json) -> None:
    evidence["facts"]["group"] = "99"


def set_statement(evidence: Json) -> None:
    evidence["statements"][0]["words"] = "We did all of it by hand."


def set_options(evidence: Json) -> None:
    evidence["options"] = {"classes": "apple,bicycle"}


def set_end(evidence: Json) -> None:
    for run in evidence["runs"]:
        run["ended"] += 86_400_000


def set_commit(evidence: Json) -> None:
    evidence["runs"][0]["git_commit"] = "1" * 40


def set_basis(evidence: Json) -> None:
    evidence["verdicts"][0]["basis"] = "what we believe"


def set_words_of_a_figure(evidence: Json) -> None:
    evidence["figures"][0]["words"] = ["accuracy of all others"]


def set_words_of_a_table(evidence: Json) -> None:
    evidence["tables"][0]["words"][0] += " best"


def set_markers(evidence: Json) -> None:
    evidence["answers"][0]["markers"] = ["1."]


def set_pieces(evidence: Json) -> None:
    evidence["answers"][0]["pieces"] = ["prose"]


def set_reason(evidence: Json) -> None:
    evidence["unanswered"] = [{"question": "5", "reason": "Its data was not found."}]


EVIDENCE_LIES: dict[str, tuple[Callable[[Json], None], str]] = {
    "the authors": (set_authors, "'Someone Else, group number is missing in handin.toml' is not"),
    "the group": (set_group, "instead of 'group 99, names' in"),
    "a statement": (set_statement, "'We did all of it by hand.' is not printed"),
    "a study's options": (set_options, "leaves out '--classes apple,bicycle' in './toxw run"),
    "when runs ended": (set_end, "runs finished"),
    "a run's commit": (set_commit, "instead of '1111111' in 'classification.explore"),
    "how a verdict was reached": (set_basis, "instead of 'what we believe,"),
    "the words in a figure": (set_words_of_a_figure, "'accuracy of all others' is not printed"),
    "the words in a table": (set_words_of_a_table, "leaves out 'best' in 'trial learning rate"),
    "the numbers of a list": (set_markers, "'1.' is not printed"),
    "an answer's figures": (set_pieces, "page 2 says 'Figure 1"),
    "why a question is not answered": (set_reason, "'Not answered. Its data was not found.' is"),
}


@pytest.mark.parametrize("lie", EVIDENCE_LIES)
def test_evidence_that_the_pages_do_not_bear_out_is_found(carried: Carried, lie: str) -> None:
    change, message = EVIDENCE_LIES[lie]
    evidence = copy.deepcopy(carried.evidence)
    change(evidence)
    assert message in "\n".join(disagreements(replace(carried, evidence=evidence), None))


def test_a_line_written_into_the_evidence_too_is_found_by_the_store(
    brief: bytes, planted_once: Planted
) -> None:
    def add_to_figure(evidence: Json) -> None:
        evidence["figures"][0]["words"].append(LIE)

    lie = forged(brief, lambda writer: add_line(writer, LIE, 1, 60, 60), add_to_figure)
    told = read(lie, "forged.pdf")
    assert disagreements(told, None) == []
    (line,) = disagreements(told, planted_once.store())
    assert line == f"figures, figure-1: its words is [], not [{LIE!r}]"


def test_a_run_that_ended_at_another_time_is_found_by_the_store(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    set_end(evidence)
    found = disagreements(replace(carried, evidence=evidence), planted_once.store())
    assert any("ms in the store, not" in line for line in found)


def test_a_title_and_headings_declared_anew_are_found(carried: Carried) -> None:
    study = carried.study.as_json()
    study["title"] = "Better and better"
    study["sections"][1]["heading"] = "Better"
    study["sections"][2]["questions"][0]["heading"] = "What is better"
    found = answered_again.declared_otherwise(Study.from_json(study), carried.evidence["edition"])
    assert list(found) == [
        f"its title is 'Better and better', not {TITLE!r}",
        "Question 9: its heading is 'What is better', not 'What limits the classifier'",
        "the study has no section 'Better'",
    ]
    assert list(answered_again.declared_otherwise(Study.from_json(study), "f" * 64)) == []


# Reports of other versions of the project.


def test_a_report_of_another_version_that_reads_the_same_holds(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = {**carried.evidence, "edition": "f" * 64}
    assert disagreements(replace(carried, evidence=evidence), planted_once.store()) == []


def test_a_report_of_another_version_that_reads_otherwise_is_not_called_a_lie(
    brief: bytes,
) -> None:
    def older(evidence: Json) -> None:
        evidence["edition"] = "f" * 64

    def add(writer: pypdf.PdfWriter) -> None:
        for page in (0, 3):
            add_line(writer, LIE, page, 60, 60)

    (line,) = disagreements(read(forged(brief, add, older), "older.pdf"), None)
    assert line == (
        "it was built by another version of this project, which may word its pages differently,"
        f" so this could not be checked: page 1 says {LIE!r}, {NOT_IN_IT} (1 more)"
    )


NOT_RECORDED = {
    "": ("edition", "options", "authors", "facts", "statements", "unanswered"),
    "figures": ("words",),
    "tables": ("place", "words"),
    "runs": ("ended",),
    "answers": ("pieces", "markers"),
}


def test_a_report_built_before_all_words_were_recorded_says_what_was_not_checked(
    carried: Carried, planted_once: Planted
) -> None:
    evidence = copy.deepcopy(carried.evidence)
    for part, keys in NOT_RECORDED.items():
        for item in evidence[part] if part else [evidence]:
            for key in keys:
                del item[key]
    require_shape(evidence)
    (line,) = disagreements(replace(carried, evidence=evidence), planted_once.store())
    assert line.endswith("so words outside the answers could not be checked")


def test_what_no_template_makes_cannot_be_written_into_the_evidence(
    carried: Carried, planted_once: Planted
) -> None:
    def forge(change: Callable[[Json], object]) -> list[str]:
        evidence = copy.deepcopy(carried.evidence)
        change(evidence)
        return disagreements(replace(carried, evidence=evidence), planted_once.store())

    def add_figure(evidence: Json) -> None:
        evidence["figures"].append({**evidence["figures"][0], "id": "figure-99", "words": [LIE]})

    assert "figures, figure-99: no template makes it" in forge(add_figure)
    assert any(
        line.endswith(": it is left out") for line in forge(lambda told: told["verdicts"].pop())
    )
    made_up = {"question": "1", "reason": LIE}
    assert "its questions both answered and unanswered are ['1'], not []" in forge(
        lambda told: told["unanswered"].append(made_up)
    )
    assert any(
        line.startswith("its statements are [")
        for line in forge(
            lambda told: told["statements"].append({"heading": "Results", "words": LIE})
        )
    )
    assert any(
        line.startswith("its facts are [")
        for line in forge(lambda told: told["facts"].update(a="1"))
    )


def test_the_number_of_a_list_is_a_number(carried: Carried) -> None:
    evidence = copy.deepcopy(carried.evidence)
    evidence["answers"][0]["markers"] = ["The test accuracy was 0.99."]
    with pytest.raises(ReportError, match="Expected the number of a list as answers"):
        require_shape(evidence)
