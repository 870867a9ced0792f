"""The words that a document and a figure show."""

from report.pages.words import Block, Kind, Words, of_figure

DOCUMENT = """<html><head><title>not shown</title></head><body>
<div class="running-title">above each page</div>
<h1 data-running="A report">A report</h1>
<nav><h2>Contents</h2><ol><li><a><span>Question 1</span>Why</a></li></ol></nav>
<section><p>One <em>and</em>
the same &amp; only</p><div class="marks"><a class="run">a.final 1234567</a></div>
<figure><img alt="read out"><figcaption><b>Figure 1</b> It<a class="run">a.final</a></figcaption>
</figure></section>
<table><thead><tr><th>run</th><th>id</th></tr></thead><tr><td>1</td><td>2</td></tr></table>
</body></html>"""


def test_words_are_told_apart_by_where_they_are_printed() -> None:
    words = Words(DOCUMENT)
    assert words.running == ["A report"]
    assert words.blocks == [
        Block("A report"),
        Block("Contents", Kind.HEADING),
        Block("Question 1 Why", Kind.LISTED),
        Block("One and the same & only"),
        Block("a.final 1234567", Kind.FLOATING),
        Block("Figure 1 It a.final", Kind.FLOATING),
        Block("run id", Kind.REPEATED),
        Block("1 2"),
    ]


def test_lists_number_their_points_from_where_they_start() -> None:
    html = "<ol start=9><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol><ol><li>e</li></ol>"
    words = Words(html)
    assert words.markers == ["9.", "10.", "11.", "1."]
    assert [block.words for block in words.blocks] == ["a", "b", "c", "d", "e"]


def test_a_figure_shows_the_words_that_it_sets_as_text() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><!-- not shown -->'
        b"<text>mean\n<tspan>error</tspan></text><path d='M 0 0'/><g><text>0.1</text></g></svg>"
    )
    assert of_figure(svg) == ["mean error", "0.1"]
