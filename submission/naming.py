"""The names of the two files that are handed in."""

import re
import unicodedata

from report.delivery import Delivery
from report.errors import ReportError
from report.handin import FILE, HandIn

# Particles that belong to the family name after them, in upper or lower case.
PARTICLES = {
    *("al", "bin", "d'", "da", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "el"),
    *("ibn", "la", "le", "op", "'t", "te", "ten", "ter", "van", "von", "zu", "zum", "zur"),
}
# Latin letters that are not a plain letter with a diacritic.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l"}
    | {"Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)


def family_names(facts: HandIn) -> tuple[str, ...]:
    """Find the authors' family names: those given in `handin.toml`, or the last words of the names.

    >>> family_names(HandIn(authors=("Family One", "Family van den Two")))
    ('One', 'van den Two')

    Raises:
        ReportError: the number of family names differs from the number of authors.
    """
    if not facts.family_names:
        return tuple(_last_words(name) for name in facts.authors)
    if len(facts.family_names) != len(facts.authors):
        raise ReportError(
            f"Expected one family name per author in family_names of {FILE}."
            f" Received: {len(facts.family_names)} and {len(facts.authors)}"
        )
    return facts.family_names


def _last_words(name: str) -> str:
    words = name.split()
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return " ".join(words[first:])


def plain(name: str) -> str:
    """Write a name in letters that every system allows in file names.

    >>> plain("García Márquez"), plain("O'Neill"), plain("Müller-Weiß")
    ('Garcia-Marquez', 'ONeill', 'Muller-Weiss')

    Raises:
        ReportError: it is written in another script.
    """
    apart = unicodedata.normalize("NFKD", name.translate(LETTERS))
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    joined = "-".join(re.sub(r"['’ʼ.]", "", letters).split())
    if not re.fullmatch(r"[A-Za-z]+(-[A-Za-z]+)*", joined):
        raise ReportError(
            f"Expected a family name in Latin letters. Received: {name}"
            f" (write it in Latin letters in family_names of {FILE})"
        )
    return joined


def stems(facts: HandIn, delivery: Delivery) -> tuple[str, str]:
    """Name the two files, without their endings.

    >>> delivery = Delivery("Report_group{group}_{names}", "Code_group{group}_{names}")
    >>> stems(HandIn(group="21", authors=("Family One", "Family Two")), delivery)
    ('Report_group21_One_Two', 'Code_group21_One_Two')

    Raises:
        ReportError: the group or the authors are missing or cannot be part of a file name.
    """
    if "group" in delivery.facts and not re.fullmatch(r"[0-9]+", facts.group):
        raise ReportError(f"Expected a number as group in {FILE}. Received: {facts.group!r}")
    if "student_id" in delivery.facts and not re.fullmatch(r"[A-Za-z0-9]+", facts.student_id):
        raise ReportError(
            f"Expected letters and digits as student_id in {FILE}. Received: {facts.student_id!r}"
        )
    if not facts.authors:
        raise ReportError(f"Expected authors in {FILE}. Received: none")
    names = "_".join(plain(name) for name in family_names(facts))
    report, code = (
        pattern.format(group=facts.group, names=names, student_id=facts.student_id)
        for pattern in (delivery.report, delivery.code)
    )
    return report, code
