"""Check that the installed MLflow knows a database's schema version."""

import re
from functools import cache
from importlib import metadata, util
from pathlib import Path

from report.errors import ReportError

_REVISION = re.compile(r"^(down_)?revision(?:: [^=]+)? = ['\"](\w+)['\"]", re.MULTILINE)


@cache
def known() -> tuple[frozenset[str], str]:
    """The schema versions that the installed MLflow knows, and the newest of them.

    They are read from its migration files, because importing MLflow takes seconds.
    """
    found = util.find_spec("mlflow")
    versions: set[str] = set()
    followed: set[str] = set()
    for folder in found.submodule_search_locations or () if found else ():
        for file in (Path(folder) / "store" / "db_migrations" / "versions").glob("*.py"):
            for down, version in _REVISION.findall(file.read_text(encoding="utf-8")):
                (followed if down else versions).add(version)
    newest = versions - followed
    return frozenset(versions), newest.pop() if len(newest) == 1 else ""


def require_known(version: str, path: Path) -> None:
    """Check that a database was not written by a newer MLflow than the installed one.

    Older databases are read without migration: the tables that a report reads have not changed
    since 2019.

    Raises:
        ReportError: its version is unknown.
    """
    versions, newest = known()
    if version not in versions:
        raise ReportError(
            f"Expected a store of MLflow {metadata.version('mlflow')} or older (schema {newest})."
            f" Received: {path}, with schema {version:.40} of a newer MLflow; upgrade MLflow to"
            f" the version that wrote it, or later"
        )


def upgrading(version: str) -> str:
    """Explain that a database lacks something because its schema is old; empty if it is not."""
    newest = known()[1]
    return "" if version == newest else f"; its schema {version:.40} is older than {newest}"
