"""Names of the files attached to a report's PDF."""

from report.evidence.exhibits import Table

EVIDENCE = "evidence.json"
DECLARATIONS = "declarations.json"


def attachment_name(table: Table) -> str:
    """Name a table's CSV file."""
    return f"{table.origin.run}.{table.name}.csv"


def template_name(key: str) -> str:
    """Name an answer's template, by its question's key."""
    return f"{key}.md.j2"
