"""Lay a report out again from the store, and compare what each page draws.

This finds what no comparison of words does, in a PDF whose hashes were rewritten with its pages:
words drawn as outlines or as a picture, a curve that was redrawn, words moved to another place.
"""

from collections.abc import Iterator

from report.build import Report
from report.evidence.values import Json
from report.pages import pdf
from report.pages.edition import edition


def disagreements(evidence: Json, again: Report) -> Iterator[str]:
    """List the pages that draw something else than the same report laid out again.

    Args:
        evidence: contents of `evidence.json`, which agree with the report made again.
        again: the report with its answers rendered again from the store.
    """
    if evidence["edition"] != edition():
        yield (
            "it was built by another version of this project, which may lay its pages out"
            " differently, so they could not be drawn again"
        )
        return
    then, now = evidence["pages"], pdf.redrawn(again, evidence)
    if len(then) != len(now):
        yield f"it has {len(then)} pages, but {len(now)} if laid out again"
    pairs = enumerate(zip(then, now, strict=False), 1)
    differing = [page for page, (was, drawn) in pairs if was != drawn]
    if len(differing) == len(then):
        yield (
            "all of its pages are drawn differently when laid out again: either they were changed,"
            " or another version of WeasyPrint or Pango is installed here"
        )
        return
    for page in differing:
        yield f"page {page} draws something else than the same report laid out again"
