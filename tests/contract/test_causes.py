"""Judgements come back as they were written, and what is wrong is refused with its line."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import causes
from contract.causes import BY_RESEMBLANCE, Cause, Judgement, JudgementError
from contract.names import Profile

HEADER = "test_index,causes,remark\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's judgements stand; in a folder that is not there yet."""
    return tmp_path / "answers" / "causes.csv"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_no_file_means_that_nothing_is_judged_yet(file: Path) -> None:
    assert causes.read(file, Profile.FULL) == {}
    assert causes.unjudged({}, [3, 1]) == [3, 1]


def test_a_row_written_by_hand_is_read_by_its_header(file: Path) -> None:
    written(file, HEADER + "\n7,overfitting; noise,a bag?\n9,,look again\n")
    found = causes.read(file, Profile.QUICK, {7, 8, 9})
    assert found[7] == Judgement(7, (Cause.NOISE, Cause.OVERFITTING), "a bag?")
    assert causes.unjudged(found, [7, 8, 9]) == [8, 9]


def test_a_spreadsheet_may_put_its_mark_in_front(file: Path) -> None:
    written(file, "\ufeff" + HEADER + "7,noise,\n")
    assert list(causes.read(file, Profile.FULL)) == [7]


@given(
    st.lists(
        st.builds(
            Judgement,
            st.integers(0, 9999),
            st.lists(st.sampled_from(Cause), min_size=1).map(tuple),
            st.text(st.characters(exclude_categories=["C"])) | st.just('a "quoted",\nsecond line'),
        ),
        unique_by=lambda each: each.test_index,
    )
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, judged: list[Judgement]
) -> None:
    file = tmp_path_factory.mktemp("judged") / "causes.csv"
    causes.write(file, judged, Profile.FULL)
    assert list(causes.read(file, Profile.FULL).values()) == judged


def test_profiles_keep_their_own_rows(file: Path) -> None:
    full, quick = [Judgement(1, (Cause.NOISE,))], [Judgement(1, (Cause.UNDERFITTING,))]
    causes.write(file, full, Profile.FULL)
    causes.write(file, quick, Profile.QUICK)
    causes.write(file, [*quick, Judgement(2, remark="hm")], Profile.QUICK)
    assert list(causes.read(file, Profile.FULL, {1}).values()) == full
    assert list(causes.read(file, Profile.QUICK)) == [1, 2]
    assert causes.read(file, Profile.SMOKE) == {}


def test_a_sample_without_cause_and_remark_leaves_the_file(file: Path) -> None:
    causes.write(file, [Judgement(1, (Cause.NOISE,)), Judgement(2)], Profile.FULL)
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == [{"test_index": "1", "causes": "noise", "remark": "", "profile": "full"}]


def test_a_write_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    written(file, HEADER + "7,nose,\n")
    with pytest.raises(JudgementError):
        causes.write(file, [Judgement(1, (Cause.NOISE,))], Profile.FULL)
    assert [entry.name for entry in file.parent.iterdir()] == ["causes.csv"]
    assert file.read_text() == HEADER + "7,nose,\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "Expected the columns test_index,causes,remark"),
        ("index,causes,remark\n", 1, "Received: index,causes,remark"),
        (HEADER + "7,noise,\n8,nose,\n", 3, "'nose' (did you mean 'noise'?)"),
        (HEADER + '7,noise,"two\nlines"\n8,xyz,\n', 4, "'xyz' (there are: mislabelling, noise"),
        (HEADER + "7,noise,\n99,noise,\n", 3, "Received: test_index=99 (a judgement of other runs"),
        (HEADER + "7,noise,\n7,noise,\n", 3, "Expected each sample once"),
        (HEADER + ",noise,\n", 2, "Received: test_index=''"),
        (HEADER + "-7,noise,\n", 2, "Received: test_index='-7'"),
        (HEADER + "7,noise\n", 2, "Expected 3 cells"),
        (HEADER + "7,,\n", 2, "Expected a cause or a remark"),
        ("test_index,causes,remark,profile\n7,noise,,slow\n", 2, "Received: profile='slow'"),
        (HEADER + '7,noise,"open\n', 2, "Expected a row of CSV"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(
    file: Path, text: str, line: int, reason: str
) -> None:
    written(file, text)
    with pytest.raises(JudgementError) as refused:
        causes.read(file, Profile.FULL, {7, 8})
    assert f"causes.csv, line {line}: Expected" in str(refused.value)
    assert reason in str(refused.value)


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe7")
    with pytest.raises(JudgementError, match="UTF-8"):
        causes.read(file, Profile.FULL)


def test_four_of_six_causes_rest_on_resemblance() -> None:
    assert len(Cause) == 6
    assert len(BY_RESEMBLANCE) == 4
