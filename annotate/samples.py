"""Read the misclassified samples of a study's runs, and what is known about each."""

from collections import defaultdict

from annotate.desk import Neighbor, Sample, Suggestion
from contract.causes import SEPARATOR
from contract.names import Profile
from report.delivery import Judged
from report.evidence.exhibits import Table
from report.store.reader import open_store, store_uri
from report.store.runs import Runs, last_profile
from report.studies import STUDIES

JUDGED: dict[str, Judged] = {study.name: study.judged for study in STUDIES if study.judged}
SAMPLE, EXAMPLE, COUNTEREXAMPLE = 0, 2, 3  # places in a mistake's images; 1 is its reconstruction


def read(study: str, profile: str | None) -> tuple[Profile, list[Sample]]:
    """Read the misclassified samples of a study's current runs, in their order.

    Args:
        study: its name.
        profile: profile of the runs; None for the last one run.

    Returns:
        The profile, and its samples.

    Raises:
        ReportError: the runs do not exist, or something they should contain is missing.
    """
    store = open_store(store_uri())
    runs = Runs(study, profile or last_profile(store, study), store)
    mistakes = runs.stage(JUDGED[study].mistakes)
    images = mistakes.samples("images").values
    suggestions = defaultdict(list)
    for row in rows(runs.stage(JUDGED[study].causes).table("suggestions")):
        suggestions[int(row["test_index"])].append(Suggestion(row["cause"], row["reason"]))
    found = []
    for row, shown in zip(rows(mistakes.table("mistakes")), images, strict=True):
        index = int(row["test_index"])
        example = float(row["example_distance"])
        counterexample = float(row["counterexample_distance"])
        found.append(
            Sample(
                test_index=index,
                image=shown[SAMPLE],
                true=row["true"],
                predicted=row["predicted"],
                example=Neighbor(shown[EXAMPLE], row["true"], example),
                counterexample=Neighbor(shown[COUNTEREXAMPLE], row["other"], counterexample),
                suggestions=tuple(suggestions[index]),
            )
        )
    return Profile(runs.profile), found


def indices(runs: Runs) -> list[int]:
    """List the misclassified samples of a study's current runs."""
    table = runs.stage(JUDGED[runs.study].mistakes).table("mistakes")
    return [int(row["test_index"]) for row in rows(table)]


def judged(runs: Runs) -> dict[int, tuple[str, ...]]:
    """Read the judgements that the current runs used: causes by sample."""
    return {
        int(row["test_index"]): tuple(row["causes"].split(SEPARATOR))
        for row in rows(runs.stage(JUDGED[runs.study].causes).table("causes"))
        if row["by"] == "judged"
    }


def rows(table: Table) -> list[dict[str, str]]:
    """Return a table's rows as dictionaries by column name."""
    return [dict(zip(table.columns, cells, strict=True)) for cells in table.cells]
