"""Turn an answer's Markdown into HTML and into prose, sentence by sentence."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from report.answers.sentences import DISPLAYED, FORMULA
from report.evidence.values import TOKEN_END, TOKEN_START

TOKEN = re.compile(rf"{TOKEN_START}([a-z])([0-9a-f]*){TOKEN_END}")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_ALONE = re.compile(
    rf"<p>((?:{TOKEN.pattern}|\s)*{TOKEN_START}b[0-9a-f]+{TOKEN_END}"
    rf"(?:{TOKEN.pattern}|\s)*)</p>"
)
# Displayed formulas with adjacent paragraph ends, skipping tokens that print no words.
_BESIDE = rf"{TOKEN_START}[bcmo][0-9a-f]*{TOKEN_END}|[ \n]"
_AROUND_DISPLAYED = re.compile(rf"(?:{_BESIDE})*{DISPLAYED}(?:{_BESIDE}|{DISPLAYED})*")
# Where a page may break within prose: not between a paragraph and the formula that follows it.
_MAY_BREAK = re.compile(r"(?<=</p>)\n(?=<p>)|(?<=</div>)\n(?=<p>|<div class=\"math)")
_LIST_FROM = re.compile(r'<ol start="(\d{1,9})">')
# Links to an interval's ends, as `num(interval=true)` prints them.
_INTERVAL = re.compile(r"\((<a class=n [^>]*>[^<]*</a>)–(<a class=n [^>]*>[^<]*</a>)\)")
# An answer is prose: no headings that would appear in the contents, no external pictures, no
# blocks of code, whose words would be in no sentence.
_REFUSED = (
    *("heading", "lheading", "hr", "html_block", "html_inline", "image", "autolink"),
    *("code", "fence"),
)


@dataclass(frozen=True)
class Prose:
    """An answer parsed from Markdown; both fields still contain tokens.

    Args:
        html: the answer.
        paragraphs: the text of each paragraph and list item; paragraphs separated by a displayed
            formula count as one, because a sentence may continue after the formula.
    """

    html: str
    paragraphs: tuple[str, ...]


def _parser(formula: Callable[[str, bool], str]) -> MarkdownIt:
    def render(content: str, options: dict[str, bool]) -> str:
        return formula(content.strip(), options["display_mode"])

    def render_inside(_: object, tokens: Sequence[Token], at: int, *_more: object) -> str:
        return formula(tokens[at].content.strip(), True)

    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["smartquotes"]).disable(list(_REFUSED))
    # Only links that a reader can follow.
    parser.validateLink = lambda url: url.startswith(("https://", "http://"))  # type: ignore[method-assign]  # as its manual does it
    # A text in parentheses after a formula is a text, and no label.
    parser.use(
        dollarmath_plugin,
        allow_digits=False,
        allow_labels=False,
        double_inline=True,
        renderer=render,
    )
    # The plugin's own rule writes a `div`, which a paragraph may not contain.
    parser.add_render_rule("math_inline_double", render_inside)
    return parser


def read(text: str, formula: Callable[[str, bool], str]) -> Prose:
    """Read an answer.

    Args:
        text: Markdown with tokens.
        formula: HTML of a formula, from its LaTeX and whether it is displayed on its own line.
    """
    parser = _parser(formula)
    tokens = parser.parse(text)
    rendered = parser.renderer.render(tokens, parser.options, {})
    # The PDF engine reads where a list begins from its style alone.
    rendered = _LIST_FROM.sub(
        lambda found: f'{found[0][:-1]} style="counter-reset: list-item {int(found[1]) - 1}">',
        rendered,
    )
    return Prose(_BLOCK_ALONE.sub(r"\1", rendered), tuple(_paragraphs(tokens)))


def paragraphs(html: str) -> Sequence[str]:
    r"""Split an answer's HTML between paragraphs and formulas; lists and quotations stay whole.

    >>> paragraphs("<p>a</p>\n<p>b</p>\n<ul>\n<li>\n<p>c</p>\n<p>d</p>\n</li>\n</ul>")
    ['<p>a</p>', '<p>b</p>\n<ul>\n<li>\n<p>c</p>\n<p>d</p>\n</li>\n</ul>']
    """
    found: list[str] = []
    for piece in _MAY_BREAK.split(html):
        last = found[-1] if found else ""
        if any(last.count(f"<{tag}>") > last.count(f"</{tag}>") for tag in ("li", "blockquote")):
            found[-1] = f"{last}\n{piece}"
        else:
            found.append(piece)
    return found


def inline(text: str, formula: Callable[[str, bool], str]) -> str:
    """Turn one line of Markdown, a caption, into HTML."""
    return str(_parser(formula).renderInline(" ".join(text.split())))


def text_of(markup: str) -> str:
    """Return the text of HTML without its tags.

    >>> text_of("a <b>bold</b> &amp; short one")
    'a bold & short one'
    """
    return html.unescape(_TAG.sub("", markup))


def _paragraphs(tokens: Sequence[Token]) -> Iterator[str]:
    lines = (line for item in tokens for line in _lines(item))
    # No paragraph's text contains a line feed.
    joined = _AROUND_DISPLAYED.sub(lambda found: found[0].replace("\n", " "), "\n".join(lines))
    yield from filter(str.strip, joined.split("\n"))


def _lines(item: Token) -> Iterator[str]:
    """Yield a paragraph's text, a displayed formula's placeholder, or a form feed as separator."""
    if item.type == "inline":
        yield "".join(_texts(item.children or []))
    elif item.type.startswith("math_"):
        yield DISPLAYED
    elif not item.type.startswith("paragraph_"):
        yield "\f"


def _texts(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type in {"text", "code_inline"}:
            yield child.content
        elif child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.type.startswith("math_"):
            yield f" {DISPLAYED} " if child.type == "math_inline_double" else FORMULA


def expand(text: str, render: Callable[[str, str], str]) -> str:
    """Replace each token with what `render` returns for its kind and payload."""
    return TOKEN.sub(lambda found: render(found[1], found[2]), text)


def unbroken(text: str) -> str:
    """Keep the ends of each interval on one line."""
    return _INTERVAL.sub(r"<span class=interval>(\1–\2)</span>", text)


def escaped(text: str) -> str:
    """Escape a text so that HTML shows it literally."""
    return html.escape(text, quote=True)
