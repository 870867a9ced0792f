"""`evidence.json`: everything a report is based on, as attached to the PDF."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from contract import names
from report.answers.ledger import Block
from report.answers.rendering import Answer
from report.build import Report, Unanswered
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Json
from report.pages import words
from report.pages.attachments import attachment_name, template_name
from report.pages.edition import edition
from report.store.reader import Run


def evidence(report: Report, *, draft: bool) -> Json:
    """Write everything a report is based on, and whatever else its pages say.

    Args:
        report: the report.
        draft: whether it was built despite problems.
    """
    ledger, facts, delivery = report.ledger, report.facts, report.study.delivery
    return {
        "edition": edition(),
        "study": report.study.name,
        "profile": report.runs.profile,
        "options": report.runs.options(),
        "draft": draft,
        "authors": list(facts.authors),
        "facts": {fact: getattr(facts, fact) for fact in (delivery.facts if delivery else ())},
        "statements": [
            {"heading": statement.heading, "words": facts.words(statement.fact)}
            for statement in report.study.statements
        ],
        "numbers": [entry.as_json() for entry in ledger.entries],
        "texts": ledger.texts,
        "figures": [_figure(block, figure) for block, figure in ledger.figures()],
        "tables": [_table(block, table) for block, table in ledger.tables()],
        "verdicts": [
            {
                "question": judgement.question,
                **judgement.verdict.as_json([entry.id for entry in judgement.entries]),
            }
            for judgement in ledger.judgements
        ],
        "runs": [_run(stage.run) for stage in report.runs.cited.values()],
        "answers": [_answer(answer) for answer in report.answered()],
        "unanswered": [
            {"question": answer.question.label, "reason": answer.reason}
            for answer in report.answers
            if isinstance(answer, Unanswered)
        ],
    }


def _exhibit(block: Block, shown: Figure | Table) -> Json:
    return {
        "id": block.id,
        "question": block.question,
        "run_id": shown.origin.run_id,
        "path": shown.path,
        "caption": block.words,
    }


def _figure(block: Block, figure: Figure) -> Json:
    return {
        **_exhibit(block, figure),
        "sha256": figure.sha256,
        "alt": block.alt,
        "words": words.of_figure(figure.svg),
    }


def _table(block: Block, table: Table) -> Json:
    return {
        **_exhibit(block, table),
        "sha256": hashlib.sha256(table.data).hexdigest(),
        "file": attachment_name(table),
        "place": block.place,
        "words": [row.words for row in words.Words(block.html).blocks],
    }


def _run(run: Run) -> Json:
    return {
        "run_id": run.run_id,
        "name": run.name,
        "ended": run.ended or 0,
        "fingerprint": run.tags.get(names.Tag.FINGERPRINT, ""),
        "data_sha256": run.tags.get(names.Tag.DATA, ""),
        "data_source": run.tags.get(names.Tag.DATA_SOURCE, ""),
        "code_sha256": run.tags.get(names.Tag.CODE, ""),
        "git_commit": run.tags.get(names.Tag.GIT_COMMIT, ""),
        "profile": run.tags.get(names.Tag.PROFILE, ""),
        "seed": run.tags.get(names.Tag.SEED, ""),
    }


def _answer(answer: Answer) -> Json:
    prose = "\n".join(piece for piece in answer.pieces if isinstance(piece, str))
    return {
        "question": answer.question.label,
        "sentences": list(answer.sentences),
        "pieces": ["prose" if isinstance(it, str) else it.id for it in answer.pieces],
        "markers": words.Words(prose).markers,
        "allowed": [{"text": text, "reason": why} for text, why in answer.allowed.items()],
        "template": template_name(answer.question.key),
        "sha256": hashlib.sha256(answer.template.source.encode()).hexdigest(),
    }


def as_bytes(record: Json, pages: Sequence[str], alternatives: Iterable[str]) -> bytes:
    """Write a record as the attached file.

    Args:
        record: the result of `evidence`.
        pages: SHA-256 of each page's drawing.
        alternatives: the texts that are read out instead of pictures.
    """
    whole = {**record, "pages": list(pages), "alternatives": sorted(alternatives)}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode()
