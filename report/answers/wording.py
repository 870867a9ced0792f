"""What an answer's own words must not contain: numbers without a run, and unproven claims."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

# "one" is also a pronoun, so it is allowed.
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundreds?|thousands?|millions?|dozens?|half|halves|halved|thirds?|quarters?|twice|thrice"
    "|doubled?|tripled?|tenfold|percent"
)
_NUMBER = re.compile(
    rf"\d(?:[\d.,]*\d)?\w*|\b(?:{_NUMBER_WORDS})\b|[½¼¾⅓⅔²³¹⁰-⁹₀-₉]", re.IGNORECASE
)
_CLAIM = re.compile(
    r"\b(?:significan(?:t|tly|ce)|insignificant(?:ly)?|best|worst|optimal(?:ly)?|superior|inferior"
    r"|improv(?:e|es|ed|ing|ements?)|outperform(?:s|ed|ing)?|better|worse|beats?|beaten"
    r"|help(?:s|ed|ful)?|hurts?|harm(?:s|ed|ful)?|degrad(?:e|es|ed|ing|ations?)"
    r"|overfit(?:s|ted|ting)?|underfit(?:s|ted|ting)?|proves?|proven)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """Something wrong with an answer.

    Args:
        place: `FILE:LINE` or `FILE:LINE:COLUMN`.
        message: what is wrong, with the text.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def typed_numbers(text: str, allowed: Collection[str]) -> Iterator[tuple[int, str]]:
    """Find numbers in the author's own words.

    Args:
        text: the template's or the rendered text, without evidence.
        allowed: texts that are allowed as whole words.

    Yields:
        Offset and text of each number.

    >>> list(typed_numbers("a 3 x 3 kernel, ten epochs, t-SNE 2-D", ["3 x 3", "2-D"]))
    [(16, 'ten')]
    """
    yield from _matches(_NUMBER, text, allowed)


def without(sentence: str, texts: Iterable[str]) -> str:
    """Blank out texts that stand as words of their own, the longest first.

    >>> without("from 0.876 to 0", ["0", "0.876"]) == without("from 8 to 8", ["8"])
    True
    """
    for text in sorted(filter(None, texts), key=len, reverse=True):
        if text not in sentence:
            continue  # compiling a pattern for each number of a report takes seconds
        sentence = re.sub(rf"(?<![\w.]){re.escape(text)}(?!\w)", "\ufffc", sentence)
    return sentence


def claims(text: str, allowed: Collection[str]) -> Iterator[tuple[int, str]]:
    """Find words that need a verdict or a `require` in the same sentence.

    >>> [word for _, word in claims("Dropout improved the best accuracy.", ["best accuracy"])]
    ['improved']
    """
    yield from _matches(_CLAIM, text, allowed)


def _matches(
    pattern: re.Pattern[str], text: str, allowed: Collection[str]
) -> Iterator[tuple[int, str]]:
    spared = [
        (found.start(), found.end())
        for item in allowed
        for found in re.finditer(rf"(?<!\w){re.escape(item)}(?!\w)", text)
    ]
    for found in pattern.finditer(text):
        if not any(start <= found.start() and found.end() <= end for start, end in spared):
            yield found.start(), found[0]
