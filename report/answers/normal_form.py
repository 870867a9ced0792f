"""One normal form of text: what was written and what is read back from a page compare in it."""

import re
import unicodedata

# Decompositions that a reader cannot tell from the original. Those of superscripts, subscripts,
# fractions and circled digits are not among them: 10² is not 102.
_ALIKE = (
    *("<compat>", "<noBreak>", "<wide>", "<narrow>", "<small>", "<vertical>", "<font>"),
    *("<initial>", "<medial>", "<final>", "<isolated>"),
)
# Characters that the report's typefaces draw with one glyph, so that a page gives back either.
_SAME_GLYPH = str.maketrans(
    {
        "\u2010": "-",
        "\u02bb": "\u2018",
        "\u02bc": "\u2019",
        "\u02c9": "\u00af",
        "\u02ca": "\u00b4",
        "\u02cb": "`",
        "\u2206": "\u0394",
    }
)
# Overrides of the writing direction change the order that a reader sees: they stay.
_TURNS = frozenset("\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_LINE_END_HYPHEN = "\ufffe"  # what pdfium makes of a hyphen and the line break behind it
_LETTER = r"[^\W\d_]"
_HYPHEN_IN_WORD = re.compile(rf"(?<={_LETTER})[-{_LINE_END_HYPHEN}]\s*(?={_LETTER})")

# No line begins with a non-breaking hyphen: pdfium sees one where it comes from another typeface.
_NO_BREAK = re.compile(r"\s+(?=\u2011)")


def visible(text: str) -> str:
    r"""Write text as a reader sees it: nothing invisible, no look-alikes, plain white space.

    >>> visible("\ufeffe\ufb03cient\u200b,\u202f10²  \u2212\uff15")
    'efficient, 10² −5'
    """
    shown = "".join(map(_shown, text.translate(_SAME_GLYPH)))
    return " ".join(unicodedata.normalize("NFC", shown).translate(_SAME_GLYPH).split())


def _shown(character: str) -> str:
    if character < "\u007f":
        return character if character >= " " or character.isspace() else ""
    if character.isspace():
        return " "
    kind = unicodedata.category(character)
    if (kind in {"Cf", "Cc"} and character not in _TURNS) or character in _INVISIBLE:
        return ""
    if unicodedata.decomposition(character).startswith(_ALIKE):
        return unicodedata.normalize("NFKC", character)
    return character


def plain(text: str) -> str:
    r"""Write text so that it reads the same wherever its lines end.

    A page does not tell a hyphen that was typed from one that only divides a word at a line's end:
    between two letters neither counts. Beside a digit or a sign each hyphen counts, and a minus
    sign counts everywhere.

    >>> plain("a cross-entropy of -5, \u22125 or 3-4") == plain(
    ...     "a cross\ufffeentropy of -5,\r\n\u22125 or 3\ufffe4"
    ... )
    True
    >>> plain("-5"), plain("\u22125"), plain("2-D"), plain("x - y")
    ('-5', '−5', '2-D', 'x - y')
    """
    joined = _HYPHEN_IN_WORD.sub("", visible(_NO_BREAK.sub("", text)))
    return joined.replace(_LINE_END_HYPHEN, "-")


def compact(text: str) -> str:
    """Write text without white space too, since a page does not tell where a long word wraps.

    >>> compact("https://example.org/a b") == compact("https://example.org/ a b")
    True
    """
    return "".join(plain(text).split())
