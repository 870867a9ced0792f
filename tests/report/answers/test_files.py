"""The files that answers are written in: one is used, every other is named."""

from pathlib import Path

import pytest

from report.answers.files import AnswerTemplate, answer_template, unused
from report.errors import ReportError
from report.study import Question

QUESTIONS = tuple(Question(label, "Why") for label in ("1", "2", "3"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of two studies, the first with three questions."""
    for name in ("templates/fashion/q1.md.j2", "templates/scratch/q1.md.j2"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("Given.")
    return tmp_path


def put(root: Path, name: str, data: bytes = b"Own.") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(data)


def named(root: Path) -> list[tuple[str, str]]:
    return [(each.file, each.meant) for each in unused("fashion", QUESTIONS, root)]


def test_the_authors_own_answer_and_judgements_are_used(root: Path) -> None:
    for name in ("q1.md.j2", "q3.md.j2", "causes.csv", ".causes.csv.lock", ".DS_Store"):
        put(root, f"answers/fashion/{name}")
    put(root, "answers/scratch/anything.txt")
    assert named(root) == []
    own = answer_template("fashion", QUESTIONS[0], root)
    assert own is not None
    assert (own.file, own.source) == ("answers/fashion/q1.md.j2", "Own.")


@pytest.mark.parametrize(
    "name",
    [
        "answers/fashion/q1.md.j2.txt",
        "answers/fashion/Q1.md.j2",
        "answers/fashion/q01.md.j2",
        "answers/fashion/q1.md",
        "answers/fashion/Question 1.docx",
        "answers/fashion/q1 (copy).md.j2",
        "answers/Fashion/q1.md.j2",
        "answers/fasion/q1.md.j2",
        "answers/q1.md.j2",
        "Answers/fashion/q1.md.j2",
        "answer/fashion/q1.md.j2",
    ],
)
def test_what_was_meant_as_an_answer_is_refused_with_the_right_name(root: Path, name: str) -> None:
    put(root, name)
    assert named(root) == [(name, "answers/fashion/q1.md.j2")]
    (found,) = unused("fashion", QUESTIONS, root)
    assert str(found) == f"Expected answers/fashion/q1.md.j2. Received: {name}, which is not used"
    given = answer_template("fashion", QUESTIONS[0], root)
    assert given is not None
    assert given.source == "Given."


@pytest.mark.parametrize("name", ["q17.md.j2", "q.md.j2", "answer.j2", "Q4.md"])
def test_an_answer_to_no_question_is_refused_with_the_questions(root: Path, name: str) -> None:
    put(root, f"answers/fashion/{name}")
    ((_, meant),) = named(root)
    assert meant == "one of q1.md.j2, q2.md.j2, q3.md.j2 in answers/fashion/"


@pytest.mark.parametrize(
    "name", ["notes/q1.md.j2", "todo.txt", "q1.md.j2~", "q1.md.j2.bak", ".q1.md.j2.swp"]
)
def test_notes_and_copies_beside_an_answer_are_named(root: Path, name: str) -> None:
    put(root, "answers/fashion/q1.md.j2")
    put(root, f"answers/fashion/{name}")
    assert named(root) == [(f"answers/fashion/{name}", "")]
    assert str(unused("fashion", QUESTIONS[:1], root)[0]) == f"answers/fashion/{name} is not used"


def test_a_folder_that_fits_no_study_is_named_and_one_near_another_study_is_its(root: Path) -> None:
    put(root, "answers/zebra/q1.md.j2")
    put(root, "answers/scrach/q1.md.j2")
    assert named(root) == [("answers/zebra/q1.md.j2", "")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("One.\nÉté.".encode("latin-1"), "answers/fashion/q1.md.j2:2:1: Expected text in UTF-8"),
        ("One.".encode("utf-16"), "answers/fashion/q1.md.j2: Expected .* Received: UTF-16"),
    ],
)
def test_an_answer_in_another_encoding_is_named_with_its_place(
    root: Path, data: bytes, said: str
) -> None:
    put(root, "answers/fashion/q1.md.j2", data)
    with pytest.raises(ReportError, match=said):
        answer_template("fashion", QUESTIONS[0], root)


def test_a_byte_order_mark_is_no_part_of_an_answer(root: Path) -> None:
    put(root, "answers/fashion/q1.md.j2", b"\xef\xbb\xbfOwn.")
    own = answer_template("fashion", QUESTIONS[0], root)
    assert own is not None
    assert own.source == "Own."


def test_the_authors_own_answer_wins(tmp_path: Path) -> None:
    for room in ("templates", "answers"):
        (tmp_path / room / "fashion").mkdir(parents=True)
        (tmp_path / room / "fashion" / "q1.md.j2").write_text(f"From {room}.")
    words = answer_template("fashion", Question("1", "First"), tmp_path)
    assert words == AnswerTemplate("answers/fashion/q1.md.j2", "From answers.")
    assert answer_template("fashion", Question("2", "Second"), tmp_path) is None
