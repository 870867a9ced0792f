"""A normal form in which written text can be compared with text read back from a page."""

import re
import unicodedata

# Decompositions that look the same to a reader. Superscripts, subscripts, fractions and circled
# digits are excluded: 10² is not 102.
_ALIKE = (
    *("<compat>", "<noBreak>", "<wide>", "<narrow>", "<small>", "<vertical>", "<font>"),
    *("<initial>", "<medial>", "<final>", "<isolated>"),
)
# Characters that the report's typefaces draw with the same glyph, so a page returns either.
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
# Kept: overrides of the writing direction change the order that a reader sees.
_TURNS = frozenset("\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_LINE_END_HYPHEN = "\ufffe"  # what pdfium returns for a hyphen followed by a line break
_LETTER = r"[^\W\d_]"
_HYPHEN_IN_WORD = re.compile(rf"(?<={_LETTER})[-{_LINE_END_HYPHEN}]\s*(?={_LETTER})")

# pdfium reports a line break before a non-breaking hyphen from another typeface; there is none.
_NO_BREAK = re.compile(r"\s+(?=\u2011)")


def visible(text: str) -> str:
    r"""Normalize text to what a reader sees: no invisible characters or look-alikes, plain spaces.

    >>> visible("\ufeffe\ufb03cient\u200b,\u202f10²  \u2212\uff15")
    'efficient, 10² −5'
    """
    shown = text.translate(_SHOWN)
    return " ".join(unicodedata.normalize("NFC", shown).translate(_SAME_GLYPH).split())


class _Shown(dict[int, str]):
    """What a reader sees of each character, by its code; looked up once for each."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _shown(chr(code).translate(_SAME_GLYPH))
        return shown


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


_SHOWN = _Shown()


def plain(text: str) -> str:
    r"""Normalize text so that line breaks make no difference.

    On a page, a typed hyphen looks the same as one that divides a word at the end of a line, so
    hyphens between two letters are ignored. Hyphens next to a digit or a sign are kept, and
    minus signs are kept everywhere.

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
    """Normalize text and remove white space, because a long word may wrap anywhere.

    >>> compact("https://example.org/a b") == compact("https://example.org/ a b")
    True
    """
    return "".join(plain(text).split())


def heard(text: str) -> str:
    """Remove differences that cannot be heard: case, white space, the final full stop."""
    return " ".join(text.split()).casefold().rstrip(" .")
