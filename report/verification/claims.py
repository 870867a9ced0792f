"""Claim the words of pages for what a report prints; what nobody claims was put there by others.

Words are compared letter by letter without white space, because a long word may wrap anywhere.
Their order on the page only decides between equal words: figures move to where there is room.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from report.answers.normal_form import compact, plain
from report.pages.words import Block, Kind

_BULLETS = str.maketrans("", "", "•◦▪")  # markers of lists
_TAKEN = "\0"  # in no text in normal form
_SHORT = 12  # letters; shorter words might also stand within others
_NUMBER = re.compile(r"\d{1,6}")
_PARTS = re.compile(r"\w+|[^\w\s]")
_SHOWN = 12  # words of a changed text that a message shows


class Claims:
    """The letters on a report's pages, each claimed at most once.

    Args:
        texts: text of each page in normal form, by its number.
        built_with: number of pages that the report was built with.
    """

    def __init__(self, texts: Mapping[int, str], built_with: int) -> None:
        self._texts = {page: text.translate(_BULLETS) for page, text in texts.items()}
        self._places = [
            (page, at)
            for page, text in self._texts.items()
            for at, letter in enumerate(text)
            if not letter.isspace()
        ]
        self._letters = "".join(self._texts[page][at] for page, at in self._places)
        self._left = self._letters
        self._built_with = built_with
        self._missing: list[str] = []
        self._short: list[tuple[Block, int]] = []
        self._listed: list[tuple[int, str, int]] = []
        self._found: dict[str, int] = {}

    def margins(self, title: str, notices: str, running: Sequence[str]) -> None:
        """Claim what each page says above and below its text.

        Args:
            title: title of the report, above all pages but the first.
            notices: notices beside it, on all pages.
            running: headings that may stand below.
        """
        start, last = 0, self._built_with
        for number, page in enumerate(self._texts, 1):
            end = start + sum(not letter.isspace() for letter in self._texts[page])
            above = notices if number == 1 else f"{title} {notices}"
            below = [""] if number == 1 else running
            numbers = [number] if len(self._texts) == last else range(1, last + 1)
            counts = [f"{at} of {last}" for at in numbers]
            whole = [f"{above} {foot} {counts[0]}" for foot in below]
            if len(counts) > 1 or not self._last(whole, start, end):
                # If words were added in the margins, they are read between the page's own.
                parts = ([above], below, counts)
                self._missing += [part[0] for part in parts if not self._last(part, start, end)]
            start = end

    def in_order(self, blocks: Sequence[Block]) -> None:
        """Claim blocks of words, in the document's order where it is the pages' order too."""
        after = 0
        for block in blocks:
            if len(block.words) < _SHORT and block.kind is not Kind.LISTED:
                self._short.append((block, after))
                continue
            at = self._settle(block, after)
            if at is None:
                continue
            after = at
            if block.kind is Kind.LISTED:
                after = self._page_number(block.words, at)
        for words in dict.fromkeys(it.words for it in blocks if it.kind is Kind.REPEATED):
            for _ in range(len(self._texts) - 1):
                self._claim(words, 0)

    def anywhere(self, blocks: Sequence[Block]) -> None:
        """Claim blocks of words wherever they are, long ones first: they may contain short ones."""
        for words in sorted((block.words for block in blocks), key=len, reverse=True):
            if self._claim(words, 0) is None:
                self._missing.append(words)

    def drawn(self, texts: Sequence[str]) -> None:
        """Claim the words in a figure, which are usually read in the order that they are drawn."""
        if self._claim(" ".join(texts), 0) is None:
            for text in sorted(texts, key=len, reverse=True):
                if self._claim(text, 0) is None:
                    self._missing.append(text)

    def short(self) -> None:
        """Claim short blocks, which longer ones might contain, where they follow a longer one."""
        for block, after in self._short:
            self._settle(block, after)

    def across_pages(self) -> None:
        """Claim what was not found because the end of a page divides it."""
        left = self._unclaimed()
        for words in tuple(self._missing):
            at = "".join(self._left[place] for place in left).find(_letters(words))
            if at >= 0:
                self._take(left[at], left[at + len(_letters(words)) - 1] + 1)
                self._missing.remove(words)
                left = self._unclaimed()

    def from_right_to_left(self) -> None:
        """Claim lines with words from right to left word by word: programs order them otherwise."""
        for words in tuple(self._missing):
            if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in words):
                self._missing.remove(words)
                parts = sorted(_PARTS.findall(plain(words)), key=len, reverse=True)
                self._missing += [part for part in parts if self._claim(part, 0) is None]

    def markers(self, markers: Sequence[str]) -> None:
        """Claim the numbers of numbered lists."""
        for marker in markers:
            starts = (start for start, _ in self._stretches())
            at = next((start for start in starts if self._left.startswith(marker, start)), None)
            if at is None:
                self._missing.append(marker)
            else:
                self._take(at, at + len(marker))

    def unsettled(self) -> Iterator[str]:
        """List the words that nobody claimed, and the claims that were not met."""
        missing = list(self._missing)
        for start, end in self._stretches():
            if self._beside_formula(start, end):
                continue
            page, first = self._places[start]
            said = self._texts[page][first : self._places[end - 1][1] + 1]
            meant = max(missing, key=lambda words: _shared(said, words), default="")
            if 2 * _shared(said, meant) >= len(meant.split()):
                missing.remove(meant)
                yield f"page {page} {_changed(said, meant)}"
            else:
                yield f"page {page} says {_short(said)!r}, which the report does not contain"
        yield from (f"{_short(words)!r} is not printed" for words in missing)
        numbers = {page: at for at, page in enumerate(self._texts, 1)}
        for page, words, number in self._listed:
            there = self._found.get(_letters(words))
            if there and len(numbers) == self._built_with and numbers[there] != number:
                yield f"page {page} says that {words!r} is on page {number}"

    def _last(self, choice: Sequence[str], start: int, end: int) -> bool:
        """Claim one of several texts, the one that is last on a page."""
        places = [(self._left.rfind(_letters(words), start, end), words) for words in choice]
        at, words = max(places, default=(-1, ""))
        if at >= 0:
            self._take(at, at + len(_letters(words)))
        return at >= 0

    def _claim(self, words: str, after: int) -> int | None:
        """Claim words at their first place after another, or anywhere; return where they end."""
        letters = _letters(words)
        at = self._place(letters, after)
        at = self._place(letters, 0) if at < 0 else at
        if at < 0:
            return None
        self._take(at, at + len(letters))
        return at + len(letters)

    def _settle(self, block: Block, after: int) -> int | None:
        """Claim a block, and note the page of a heading; return where it ends."""
        end = self._claim(block.words, after)
        if end is None:
            self._missing.append(block.words)
        elif block.kind is Kind.HEADING and block.words:
            self._found[_letters(block.words)] = self._places[end - 1][0]
        return end

    def _place(self, letters: str, after: int) -> int:
        """Find letters, preferably those that white space separates from others."""
        first = at = self._left.find(letters, after)
        while at >= 0 and not (self._apart(at) and self._apart(at + len(letters))):
            at = self._left.find(letters, at + 1)
        return first if at < 0 else at

    def _apart(self, at: int) -> bool:
        if not 0 < at < len(self._places):
            return True
        (page, before), (other, after) = self._places[at - 1 : at + 1]
        return page != other or after > before + 1

    def _page_number(self, words: str, at: int) -> int:
        """Claim the page number after a line of the contents; return where it ends."""
        if at < len(self._places):
            page, place = self._places[at]
            number = _NUMBER.match(self._texts[page], place)
            if number:
                self._listed.append((page, words, int(number[0])))
                self._take(at, at + len(number[0]))
                return at + len(number[0])
        return at

    def _beside_formula(self, start: int, end: int) -> bool:
        """Whether it is a hyphen between a word and a formula, which is drawn and not read."""
        beside = self._letters[max(start - 1, 0) : start], self._letters[end : end + 1]
        return self._letters[start:end] == "-" and any(map(str.isalpha, beside))

    def _take(self, start: int, end: int) -> None:
        self._left = f"{self._left[:start]}{_TAKEN * (end - start)}{self._left[end:]}"

    def _unclaimed(self) -> list[int]:
        """List the places of unclaimed letters, without hyphens at the end of a page."""
        left = [at for at, letter in enumerate(self._left) if letter != _TAKEN]
        pages = [self._places[at][0] for at in left] + [0]
        ends = {at for at, (one, other) in zip(left, pairwise(pages), strict=True) if one != other}
        return [at for at in left if at not in ends or self._left[at] != "-"]

    def _stretches(self) -> list[tuple[int, int]]:
        """List where unclaimed letters follow each other on a page: first place and end."""
        found: list[tuple[int, int]] = []
        for at, letter in enumerate(self._left):
            if letter == _TAKEN:
                continue
            if found and found[-1][1] == at and self._places[at - 1][0] == self._places[at][0]:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at, at + 1))
        return found


def _letters(words: str) -> str:
    return compact(words.translate(_BULLETS))


def _ends(said: str, meant: str) -> tuple[int, int]:
    """Count the words that two texts have in common, at the start and at the end."""
    one, other = said.split(), plain(meant).split()
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    most -= start
    return start, next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)


def _shared(said: str, meant: str) -> int:
    return sum(_ends(said, meant)) if meant else -1


def _changed(said: str, meant: str) -> str:
    start, end = _ends(said, meant)
    one, other = (words[start : len(words) - end] for words in (said.split(), meant.split()))
    changed, own = _short(" ".join(one)), _short(" ".join(other))
    if not changed:
        return f"leaves out {own!r} in {_short(meant)!r}"
    if not own:
        return f"adds {changed!r} to {_short(meant)!r}"
    return f"says {changed!r} instead of {own!r} in {_short(meant)!r}"


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= _SHOWN else f"{' '.join(words[:_SHOWN])} …"
