"""Which MLflow wrote a database, by the version of its schema."""

import re
from functools import cache
from importlib import metadata, util
from pathlib import Path

from report.errors import ReportError

_REVISION = re.compile(r"^(down_)?revision(?:: [^=]+)? = ['\"](\w+)['\"]", re.MULTILINE)


@cache
def known() -> tuple[frozenset[str], str]:
    """The versions of the schema that the installed MLflow knows, and the newest of them.

    They are read from its migrations' files, since importing MLflow takes seconds.
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
    """Check that a database is not of a newer MLflow than the one installed.

    One of an older MLflow is read as it is: what a report reads has been the same since 2019.

    Raises:
        ReportError: its version is not known.
    """
    versions, newest = known()
    if version not in versions:
        raise ReportError(
            f"Expected a store of MLflow {metadata.version('mlflow')} or older (schema {newest})."
            f" Received: {path}, whose schema {version:.40} is of a newer MLflow; read it with"
            f" the MLflow that wrote it, or a newer one"
        )


def upgrading(version: str) -> str:
    """What to say of a database that lacks something, where its schema is an old one."""
    newest = known()[1]
    return "" if version == newest else f"; its schema {version:.40} is older than {newest}"
