"""Split prose into sentences, knowing abbreviations, decimals, initials and closing marks."""

import re

# fmt: off
ABBREVIATIONS = frozenset({
    "e.g.", "i.e.", "cf.", "vs.", "etc.", "al.", "approx.", "resp.", "incl.", "viz.", "ca.",
    "fig.", "figs.", "eq.", "eqs.", "sec.", "ref.", "refs.", "tab.", "no.", "nos.", "vol.",
    "p.", "pp.", "min.", "max.", "avg.", "dr.", "prof.", "mr.", "mrs.", "ms.", "st.", "jr.",
    "sr.", "inc.", "ltd.", "jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.",
    "sept.", "oct.", "nov.", "dec.",
})
# fmt: on
# Abbreviations after which a sentence may well end, and does where a capital follows.
MAY_END = frozenset({"etc.", "al.", "inc.", "ltd.", "jr.", "sr.", "min.", "max.", "avg.", "no."})

# Marks that templates leave in the text are as good as nothing.
MARK = re.compile("\ue000[a-z][0-9a-f]*\ue001")
_END = re.compile(rf"([.!?…]+)((?:[\"'”’)\]]|{MARK.pattern})*)(\s+|$)")
_WORD_BEFORE = re.compile(r"(\S+)$")


def split(text: str) -> list[str]:
    """Split a paragraph into its sentences.

    A sentence ends with a full stop, a question or an exclamation mark that white space and
    something other than a lower-case letter follow, unless the stop belongs to an abbreviation,
    a number or an initial.

    >>> split("Loss fell to 0.31, e.g. in epoch 3. It rose again! Why? See Fig. 2.")
    ['Loss fell to 0.31, e.g. in epoch 3.', 'It rose again!', 'Why?', 'See Fig. 2.']
    >>> split("J. Dean et al. showed it (p. 4).")
    ['J. Dean et al. showed it (p. 4).']
    """
    flat = " ".join(text.split())
    sentences, start = [], 0
    for found in _END.finditer(flat):
        if found.end() == len(flat) or _ends(flat[start : found.end(1)], flat[found.end() :]):
            sentences.append(flat[start : found.end()].strip())
            start = found.end()
    rest = flat[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends(before: str, after: str) -> bool:
    """Whether a sentence ends between two pieces, the first closing with the mark."""
    following = MARK.sub("", after).lstrip()
    if following[:1].islower():
        return False
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
