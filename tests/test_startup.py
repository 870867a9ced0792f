"""What only reads, plans or finds everything done imports none of what training needs."""

from pathlib import Path

from experiments import catalogue
from tests.imports import HEAVY, TRAINS, call, ran

PLANS = [
    ("experiments", "status", entry.name, "--profile", "smoke") for entry in catalogue.studies()
]
LIGHT = (
    ("experiments", "--help"),
    ("experiments", "run", "--help"),
    ("experiments", "list"),
    ("report", "--help"),
    ("report", "build", "--help"),
    *PLANS,
)
HELP = [(program, "--help") for program in ("annotate", "notebooks", "submission")]


def test_help_lists_and_plans_import_nothing_heavy(tmp_path: Path) -> None:
    # In one process: the first call that imports something heavy is named.
    calls = (*LIGHT, *HELP)
    done = ran(
        *(call(*line) for line in calls),
        environment={"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path / 'mlflow.db'}"},
    )
    imported = dict(zip(calls, done.imported, strict=True))
    assert {line[0] for line in calls} <= frozenset().union(*imported.values())
    assert {line: imported[line] & HEAVY for line in LIGHT if imported[line] & HEAVY} == {}
    assert {line: imported[line] & TRAINS for line in HELP if imported[line] & TRAINS} == {}
