"""`evidence.json`: everything a report is based on, as attached to the PDF."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from contract import names
from report.answers.ledger import Ledger
from report.answers.rendering import Answer
from report.evidence.values import Json
from report.pages.attachments import attachment_name, template_name
from report.store.reader import Run
from report.store.runs import Runs


def evidence(
    study: str, runs: Runs, ledger: Ledger, answers: Sequence[Answer], *, draft: bool
) -> Json:
    """Write everything a report is based on.

    Args:
        study: name of the study.
        runs: the runs it cites.
        ledger: what it prints.
        answers: its prose.
        draft: whether it was built despite problems.
    """
    return {
        "study": study,
        "profile": runs.profile,
        "draft": draft,
        "numbers": [entry.as_json() for entry in ledger.entries],
        "texts": ledger.texts,
        "figures": [
            {
                "id": block.id,
                "question": block.question,
                "run_id": figure.origin.run_id,
                "path": figure.path,
                "sha256": figure.sha256,
                "caption": block.words,
                "alt": block.alt,
            }
            for block, figure in ledger.figures()
        ],
        "tables": [
            {
                "id": block.id,
                "question": block.question,
                "run_id": table.origin.run_id,
                "path": table.path,
                "sha256": hashlib.sha256(table.data).hexdigest(),
                "file": attachment_name(table),
                "caption": block.words,
            }
            for block, table in ledger.tables()
        ],
        "verdicts": [
            {
                "question": judgement.question,
                **judgement.verdict.as_json([entry.id for entry in judgement.entries]),
            }
            for judgement in ledger.judgements
        ],
        "runs": [_run(stage.run) for stage in runs.cited.values()],
        "answers": [_answer(answer) for answer in answers],
    }


def _run(run: Run) -> Json:
    return {
        "run_id": run.run_id,
        "name": run.name,
        "fingerprint": run.tags.get(names.Tag.FINGERPRINT, ""),
        "data_sha256": run.tags.get(names.Tag.DATA, ""),
        "data_source": run.tags.get(names.Tag.DATA_SOURCE, ""),
        "code_sha256": run.tags.get(names.Tag.CODE, ""),
        "git_commit": run.tags.get(names.Tag.GIT_COMMIT, ""),
        "profile": run.tags.get(names.Tag.PROFILE, ""),
        "seed": run.tags.get(names.Tag.SEED, ""),
    }


def _answer(answer: Answer) -> Json:
    return {
        "question": answer.question.label,
        "sentences": list(answer.sentences),
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
