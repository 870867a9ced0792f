"""Plant lies in a report's evidence, in its PDF and in the store, for `verify` to find."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from report.evidence.values import Json
from tests.report.conftest import Planted

Tree = dict[str, Any]
GAP = "3.7\u202fpercentage points"
METRICS = "UPDATE metrics SET value = value + 0.01 WHERE key = 'test_accuracy'"


def said(found: list[str]) -> str:
    return "\n".join(found)


def number(evidence: Json, text: str, question: str) -> Tree:
    return next(
        item
        for item in evidence["numbers"]
        if item["text"] == text and item["question"] == question and item["place"] == item["id"]
    )


def help_verdict(evidence: Json) -> Json:
    """Find the verdict on dropout."""
    found: Json = next(item for item in evidence["verdicts"] if item["name"] == "help")
    return found


def sql(statement: str) -> Callable[[Planted], None]:
    def change(planted: Planted) -> None:
        with closing(sqlite3.connect(planted.database)) as connection:
            changed = connection.execute(statement).rowcount
            connection.commit()
        assert changed > 0

    return change
