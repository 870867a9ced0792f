"""Judgements reach their file, and none is lost to another program's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from annotate.desk import Desk, OlderStateError, UnknownSampleError, version
from contract import causes
from contract.causes import Cause, Judgement, JudgementError
from contract.names import Profile

FIRST = Judgement(17, (Cause.NOISE,), "too dark")
UNTOUCHED = version(Judgement(17))


def test_a_judgement_is_in_the_file_at_once(desk: Desk) -> None:
    desk.keep(FIRST, UNTOUCHED)
    assert causes.read(desk.file, Profile.QUICK) == {17: FIRST}
    assert desk.judged() == 1


def test_it_goes_on_where_it_was_left(desk: Desk, new_desk: Callable[[], Desk]) -> None:
    desk.keep(FIRST, UNTOUCHED)
    assert new_desk().judgements()[17] == FIRST


def test_a_judgement_taken_back_leaves_no_row(desk: Desk) -> None:
    desk.keep(FIRST, UNTOUCHED)
    desk.keep(Judgement(17), version(FIRST))
    assert causes.read(desk.file, Profile.QUICK) == {}


def test_a_remark_alone_is_kept_but_judges_nothing(desk: Desk) -> None:
    desk.keep(Judgement(17, remark="ask again"), UNTOUCHED)
    assert desk.judgements()[17].remark == "ask again"
    assert desk.judged() == 0


def test_a_second_program_does_not_overwrite_the_first(
    desk: Desk, new_desk: Callable[[], Desk]
) -> None:
    other = new_desk()
    desk.keep(FIRST, UNTOUCHED)
    with pytest.raises(OlderStateError) as refused:
        other.keep(Judgement(17, (Cause.OVERFITTING,)), UNTOUCHED)
    assert refused.value.held == FIRST
    assert desk.judgements()[17] == FIRST


def test_programs_that_judge_other_samples_do_not_disturb_each_other(
    new_desk: Callable[[], Desk],
) -> None:
    judgements = [Judgement(index, (Cause.NOISE,)) for index in (17, 4, 256)]

    def keep(judgement: Judgement) -> None:
        new_desk().keep(judgement, version(Judgement(judgement.test_index)))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(keep, judgements))
    assert new_desk().judged() == 3


def test_the_same_judgement_sent_again_is_no_conflict(desk: Desk) -> None:
    desk.keep(FIRST, UNTOUCHED)
    assert desk.keep(FIRST, UNTOUCHED) == FIRST


def test_a_change_of_the_file_by_hand_is_not_overwritten(desk: Desk) -> None:
    desk.keep(FIRST, UNTOUCHED)
    desk.file.write_text(desk.file.read_text().replace("too dark", "black"))
    with pytest.raises(OlderStateError):
        desk.keep(Judgement(17, (Cause.UNDERFITTING,)), version(FIRST))


def test_a_sample_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownSampleError, match="Received: 5"):
        desk.keep(Judgement(5, (Cause.NOISE,)), version(Judgement(5)))


def test_a_spoilt_file_is_refused_and_left_as_it_is(
    desk: Desk, new_desk: Callable[[], Desk]
) -> None:
    desk.keep(FIRST, UNTOUCHED)
    spoilt = desk.file.read_text().replace("noise", "noize")
    desk.file.write_text(spoilt)
    with pytest.raises(JudgementError, match=r"line 2.*'noize'"):
        desk.keep(Judgement(4, (Cause.NOISE,)), version(Judgement(4)))
    assert desk.file.read_text() == spoilt
    with pytest.raises(JudgementError, match="line 2"):
        new_desk()
