"""The names of the files that are handed in."""

import pytest

from report.delivery import Delivery
from report.errors import ReportError
from report.handin import HandIn
from submission.naming import family_names, plain, stems

DELIVERY = Delivery("Report_of_{group}_{names}", "{names}-{group}")


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Family One", "One"),
        ("Family Mary One-Two", "One-Two"),
        ("Family van den Two", "van den Two"),
        ("Ann Van Damme", "Van Damme"),
        ("Van Damme", "Damme"),
        ("Plato", "Plato"),
    ],
)
def test_a_family_name_is_the_last_word_with_its_particles(name: str, family: str) -> None:
    assert family_names(HandIn(authors=(name,))) == (family,)


def test_family_names_that_are_given_win() -> None:
    facts = HandIn(group="3", authors=("Gabriel García Márquez",), family_names=("García Márquez",))
    assert stems(facts, DELIVERY) == ("Report_of_3_Garcia-Marquez", "Garcia-Marquez-3")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Åström", "Astrom"),
        ("Łuczak", "Luczak"),
        ("Straße", "Strasse"),
        ("D’Angelo", "DAngelo"),
        ("van den Two", "van-den-Two"),
    ],
)
def test_names_are_written_in_plain_letters(name: str, written: str) -> None:
    assert plain(name) == written


@pytest.mark.parametrize("name", ["李", "One/Two", "../etc", "A_B", "One2", "-", ""])
def test_a_name_that_no_file_should_bear_is_refused(name: str) -> None:
    with pytest.raises(ReportError, match="Expected a family name in Latin letters"):
        plain(name)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (HandIn(group="A", authors=("Family One",)), "Expected a number as group"),
        (HandIn(group="²", authors=("Family One",)), "Expected a number as group"),
        (HandIn(group="2"), "Expected authors"),
        (HandIn(group="2", authors=("A B", "C D"), family_names=("B",)), "Received: 1 and 2"),
    ],
)
def test_facts_that_name_no_file_are_refused(facts: HandIn, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        stems(facts, DELIVERY)
