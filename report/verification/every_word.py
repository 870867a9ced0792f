"""Account for every word on a report's pages: they say what the evidence says, and no more."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from report.answers import sentences
from report.answers.ledger import Block
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Json, Origin
from report.pages import document
from report.pages.document import Page, Part
from report.pages.edition import edition
from report.pages.words import Kind, Words
from report.verification import pages
from report.verification.carried import Carried
from report.verification.claims import Claims


def disagreements(carried: Carried) -> Iterator[str]:
    """List the words on the pages that the evidence does not account for, and those missing."""
    built_by = carried.evidence.get("edition")
    if built_by is None:
        yield (
            "it was built by another version of this project, which did not record all words of"
            " its pages, so words outside the answers could not be checked"
        )
        return
    found = list(_unaccounted(carried))
    if found and built_by != edition():
        more = f" ({len(found) - 1} more)" if found[1:] else ""
        yield (
            "it was built by another version of this project, which may word its pages"
            f" differently, so this could not be checked: {found[0]}{more}"
        )
        return
    yield from found


def _unaccounted(carried: Carried) -> Iterator[str]:
    evidence, foreign = carried.evidence, pages.added(carried)
    page = page_of(carried)
    words = Words(document.html(page))
    claims = Claims(
        {at: text for at, text in enumerate(carried.texts, 1) if at not in foreign},
        built_with=len(evidence["pages"]),
    )
    claims.margins(page.title, " · ".join(page.notices), words.running)
    # First what a sentence of an answer might stand in: captions, with their figure's number.
    claims.anywhere([block for block in words.blocks if block.kind is Kind.FLOATING])
    claims.in_order([block for block in words.blocks if block.kind is not Kind.FLOATING])
    for figure in evidence["figures"]:
        claims.drawn(figure["words"])
    claims.short()
    claims.across_pages()
    claims.from_right_to_left()
    claims.markers([marker for answer in evidence["answers"] for marker in answer["markers"]])
    yield from claims.unsettled()


def page_of(carried: Carried) -> Page:
    """Collect what the report's document shows from what its PDF carries."""
    evidence = carried.evidence
    runs = {run["run_id"]: run["name"] for run in evidence["runs"]}
    exhibits = {
        said["id"]: _exhibit(said, runs.get(said["run_id"], ""))
        for said in (*evidence["figures"], *evidence["tables"])
    }
    parts = {answer["question"]: tuple(_parts(answer, exhibits)) for answer in evidence["answers"]}
    return document.of(evidence, carried.study, parts, addresses={})


def _parts(answer: Json, exhibits: dict[str, Block]) -> Iterator[Part]:
    """List an answer's parts in order; all of its sentences are in the first part of prose."""
    prose = Markup().join(
        Markup("<p>{}</p>").format(piece)
        for sentence in answer["sentences"]
        for piece in sentences.between_formulas(sentence)
    )
    for piece in answer["pieces"]:
        if piece in exhibits:
            yield Part(piece, exhibits[piece])
        else:
            yield Part("", prose)
            prose = Markup()


def _exhibit(said: Json, run: str) -> Block:
    """Show a figure without its drawing, or a table as one paragraph."""
    origin = Origin(said["run_id"], run, "", "")
    figure = "alt" in said
    number = said["id"].rpartition("-")[2]
    return Block(
        id=said["id"],
        place="",
        number=int(number) if number.isdecimal() and len(number) < 7 else 0,
        shown=Figure(origin, "", b"", "", 0, 0) if figure else Table(origin, "", "", b"", (), ()),
        question=said["question"],
        caption=str(escape(said["caption"])),
        words=said["caption"],
        alt="",
        html="" if figure else str(escape(" ".join(said["words"]))),
        wide=False,
    )
