"""Compare what a report's pages draw now with what they drew when it was built."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from report.verification.carried import Carried


def disagreements(carried: Carried) -> Iterator[str]:
    """List the pages that were added, removed, stamped, annotated or changed."""
    then = carried.evidence["pages"]
    if len(then) != len(carried.pages):
        yield f"it has {len(carried.pages)} pages, but was built with {len(then)}"
    for was, now in _aligned(carried):
        if was is None:
            yield f"page {now} was added after the report was built"
        elif now is None:
            yield f"page {was} of the built report is missing"
        elif then[was - 1] in carried.pages[now - 1].parts:
            yield f"something was stamped on page {now} after the report was built"
        else:
            yield f"page {now} has changed since the report was built"
    for now, page in enumerate(carried.pages, 1):
        for kind in dict.fromkeys(page.annotations):
            yield f"an annotation ({kind}) was added on page {now} after the report was built"


def added(carried: Carried) -> set[int]:
    """Return the numbers, from 1, of the pages that are not the report's own."""
    return {now for was, now in _aligned(carried) if was is None and now is not None}


def _aligned(carried: Carried) -> Iterator[tuple[int | None, int | None]]:
    """Pair the pages that differ: their numbers when built, and now."""
    then, now = carried.evidence["pages"], [page.sha256 for page in carried.pages]
    blocks: Sequence[tuple[str, int, int, int, int]] = [("replace", 0, len(then), 0, len(now))]
    if len(then) != len(now):
        blocks = SequenceMatcher(None, then, now, autojunk=False).get_opcodes()
    for tag, first, last, start, end in blocks:
        both = min(last - first, end - start) if tag != "equal" else 0
        for at in range(both):
            if then[first + at] != now[start + at]:
                yield first + at + 1, start + at + 1
        if tag != "equal":
            yield from ((at + 1, None) for at in range(first + both, last))
            yield from ((None, at + 1) for at in range(start + both, end))
