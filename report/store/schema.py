"""Check that the installed MLflow knows a database's schema version."""

from importlib import metadata
from pathlib import Path

from contract.mlflow_schema import known
from report.errors import ReportError


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
