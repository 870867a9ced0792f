"""What compares equal, and what never may."""

from collections import defaultdict
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from report.answers.normal_form import compact, plain
from report.pages import typefaces


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("cross-entropy", "cross\ufffeentropy"),
        ("cross-entropy", "cross-\r\nentropy"),
        ("pre- and post-processing", "pre\ufffeand post\ufffeprocessing"),
        ("soft\u00adhyphen", "softhyphen"),
        ("soft\u00adhyphen", "soft\ufffehyphen"),
        ("zero\u200bwidth\u2060 \ufeffmark", "zerowidth mark"),
        ("\ufb01ne e\ufb03cient", "fine efficient"),
        ("5\u00b5m", "5\u03bcm"),
        ("cafe\u0301", "caf\u00e9"),
        ("top-5", "top\ufffe5"),
        ("non\u2011breaking", "non\r\n\u2011breaking"),
        ("91.2\u202f%", "91.2 %"),
    ],
)
def test_what_a_page_gives_back_otherwise_reads_the_same(written: str, read: str) -> None:
    assert plain(written) == plain(read)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("-5", "5"),
        ("\u22125", "5"),
        ("\u22125", "-5"),
        ("x \u2212 y", "x - y"),
        ("x - y", "x y"),
        ("10\u00b2", "102"),
        ("x\u2082", "x2"),
        ("\u00bd", "12"),
        ("3-4", "34"),
        ("0.912", "0.\r\n921"),
        ("helped", "hel\ufffeps"),
        ("1\u20132", "1-2"),
        ("p < 0.001", "p = 0.001"),
        ("219\u202e", "219"),
    ],
)
def test_what_says_something_else_never_compares_equal(true: str, false: str) -> None:
    assert compact(true) != compact(false)


def test_characters_that_the_typefaces_draw_alike_compare_equal() -> None:
    for data in typefaces.files().values():
        drawn = defaultdict(set)
        for code, glyph in TTFont(BytesIO(data)).getBestCmap().items():
            drawn[glyph].add(plain(f"x{chr(code)}x"))
        assert [glyph for glyph, forms in drawn.items() if len(forms) > 1] == []
