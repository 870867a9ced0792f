"""Split prose into sentences, knowing abbreviations, decimals, initials and closing marks."""

import re
from collections.abc import Iterable
from itertools import pairwise

FORMULA = "\ufffc"  # placeholder for a formula within a line of text
DISPLAYED = "\u2395"  # placeholder for a displayed formula, in or between paragraphs

# fmt: off
ABBREVIATIONS = frozenset({
    "e.g.", "i.e.", "cf.", "vs.", "etc.", "al.", "approx.", "resp.", "incl.", "viz.", "ca.",
    "fig.", "figs.", "eq.", "eqs.", "sec.", "ref.", "refs.", "tab.", "no.", "nos.", "vol.",
    "p.", "pp.", "min.", "max.", "avg.", "dr.", "prof.", "mr.", "mrs.", "ms.", "st.", "jr.",
    "sr.", "inc.", "ltd.", "jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.",
    "sept.", "oct.", "nov.", "dec.",
})
# fmt: on
# Abbreviations that may end a sentence, and do if a capital follows.
MAY_END = frozenset({"etc.", "al.", "inc.", "ltd.", "jr.", "sr.", "min.", "max.", "avg.", "no."})

# Marks that templates leave in the text are ignored.
MARK = re.compile("\ue000[a-z][0-9a-f]*\ue001")
_END = re.compile(rf"([.!?…]+|{DISPLAYED})((?:[\"'”’)\]]|{MARK.pattern})*)(\s+|$)")
_LEADING = re.compile(rf"(?:{DISPLAYED}|{MARK.pattern}|\s)*")
_GOES_ON = frozenset(
    {DISPLAYED, *",;:.!?…)]–—"}
)  # besides lower case, what continues a sentence after a displayed formula
_WORD_BEFORE = re.compile(r"(\S+)$")


def of(paragraphs: Iterable[str]) -> list[str]:
    """Split an answer into sentences, paragraph by paragraph.

    Splitting is idempotent: splitting the sentences again, as `verify` does, gives the same count
    as splitting the paragraphs.

    >>> of(["The first derivative is ⎕ where n counts samples. It is exact. ⎕", "No stop", "Here"])
    ['The first derivative is ⎕ where n counts samples.', 'It is exact.', 'No stop', 'Here']
    """
    return [sentence for paragraph in paragraphs for sentence in split(paragraph)]


def between_formulas(sentence: str) -> list[str]:
    """Split a sentence into the parts that a page prints as text.

    A hyphen between a word and a formula is in neither part: read back from a page, it looks like
    one that divides a word at the end of a line.

    >>> between_formulas("The slope is ⎕ where n counts.")
    ['The slope is ', ' where n counts.']
    >>> between_formulas("The top-⎕ accuracy is ⎕-fold.")
    ['The top', ' accuracy is ', 'fold.']
    """
    formula = f"[{FORMULA}{DISPLAYED}]"
    return re.split(rf"(?:(?<=[^\W\d_])-)?{formula}(?:-(?=[^\W\d_]))?", sentence)


def split(text: str) -> list[str]:
    """Split a paragraph, together with those joined to it by displayed formulas, into sentences.

    A sentence ends with a full stop, question mark or exclamation mark followed by white space and
    anything but a lower-case letter, unless the stop belongs to an abbreviation, a number or an
    initial. A displayed formula belongs to the sentence before it if that has not ended, and to
    none otherwise. The sentence continues after the formula if a lower-case letter or a
    punctuation mark follows; otherwise it ends with the formula.

    >>> split("Loss fell to 0.31, e.g. in epoch 3. It rose again! Why? See Fig. 2.")
    ['Loss fell to 0.31, e.g. in epoch 3.', 'It rose again!', 'Why?', 'See Fig. 2.']
    >>> split("J. Dean et al. showed it (p. 4).")
    ['J. Dean et al. showed it (p. 4).']
    >>> split("The slope is ⎕ ⎕ as above. It is exact. ⎕ Its sign is ⎕ Here it turns.")
    ['The slope is ⎕ ⎕ as above.', 'It is exact.', 'Its sign is ⎕', 'Here it turns.']
    """
    flat = " ".join(text.split())
    ends = [0]
    for found in _END.finditer(flat):
        if found.end() == len(flat) or _ends(flat[ends[-1] : found.end(1)], flat[found.end() :]):
            ends.append(found.end())
    pieces = (flat[start:end] for start, end in pairwise([*ends, len(flat)]))
    return [sentence for sentence in map(_without_leading_formulas, pieces) if sentence]


def _without_leading_formulas(piece: str) -> str:
    """Remove displayed formulas before a sentence's first word, but keep marks."""
    return _LEADING.sub(lambda found: found[0].replace(DISPLAYED, ""), piece, count=1).strip()


def _ends(before: str, after: str) -> bool:
    """Whether a sentence ends between two pieces, the first of which ends with punctuation."""
    before, following = MARK.sub("", before), MARK.sub("", after).lstrip()
    if following[:1].islower():
        return False
    if before[-1] == DISPLAYED:
        return following[:1] not in _GOES_ON
    if before[-1] != "." or before.endswith("..."):
        return True
    word = _WORD_BEFORE.search(before)
    last = word[1].lstrip("(\"'“‘[") if word else ""
    if len(last) == 2 and last[0].isupper() and last[0] != "I":
        return False  # an initial
    last = last.lower()
    if last in MAY_END:
        return following[:1].isupper() and last not in {"al.", "no."}
    return last not in ABBREVIATIONS
