"""What the files are called that travel in a report's PDF."""

from report.evidence.exhibits import Table

EVIDENCE = "evidence.json"


def attachment_name(table: Table) -> str:
    """Name a table."""
    return f"{table.origin.run}.{table.name}.csv"


def template_name(question: int) -> str:
    """Name an answer's template."""
    return f"q{question}.md.j2"
