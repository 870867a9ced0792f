"""Find the versions of the database schema that the installed MLflow knows."""

import re
from functools import cache
from importlib import util
from pathlib import Path

_REVISION = re.compile(r"^(down_)?revision(?:: [^=]+)? = ['\"](\w+)['\"]", re.MULTILINE)


@cache
def known() -> tuple[frozenset[str], str]:
    """Return the schema versions that the installed MLflow knows, and the newest of them.

    They are read from its migration files, because importing MLflow takes seconds.

    Returns:
        The versions, and the newest, which is empty if the files do not determine it.
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
