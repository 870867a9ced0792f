"""Final causes (a person's judgement overrides suggestions), their counts, and typical cases."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from contract.causes import BY_RESEMBLANCE, SEPARATOR, Cause
from experiments.fashion.suggestions import Measured, Suggestion

if TYPE_CHECKING:
    import pandas as pd

SUGGESTED, JUDGED = "suggested", "judged"

# How clearly a sample shows a cause; larger is clearer.
PLAINNESS: Mapping[Cause, Callable[[Measured], float]] = {
    Cause.NOISE: lambda sample: sample.error_rank,
    Cause.MISLABELLING: lambda sample: -sample.label_quality,
    Cause.UNDERREPRESENTATION: lambda sample: sample.example_rank,
    Cause.OVERFITTING: lambda sample: sample.example_distance - sample.counterexample_distance,
    Cause.UNDERFITTING: lambda sample: sample.counterexample_distance - sample.example_distance,
    Cause.OVERLAPPING_LABELS: lambda sample: -max(sample.example_rank, sample.counterexample_rank),
}


def standing(
    table: "pd.DataFrame",
    suggestions: Sequence[Sequence[Suggestion]],
    judged: Mapping[str, str],
    remarks: Mapping[str, str],
) -> "pd.DataFrame":
    """Determine each sample's final causes, and whether a person judged it.

    Args:
        table: measurements from `measuring.measure`.
        suggestions: suggestions for each row.
        judged: a person's causes by `test_index`, joined by `;`.
        remarks: a person's remarks by `test_index`.

    Returns:
        Columns `test_index`, `true`, `predicted`, `causes` (final ones, joined by `;`), `by`
        ("judged" or "suggested"), `suggested` (likewise joined), `remark`.
    """
    found = table[["test_index", "true", "predicted"]].copy()
    keys = [str(index) for index in found["test_index"]]
    suggested = [SEPARATOR.join(each.cause for each in some) for some in suggestions]
    found["causes"] = [judged.get(key, own) for key, own in zip(keys, suggested, strict=True)]
    found["by"] = [JUDGED if key in judged else SUGGESTED for key in keys]
    found["suggested"] = suggested
    found["remark"] = [remarks.get(key, "") for key in keys]
    return found


def shares(stand: "pd.DataFrame") -> "pd.DataFrame":
    """Count the samples with each cause; a sample may have several.

    Args:
        stand: final causes from `standing`.

    Returns:
        Columns `cause`, `by_resemblance`, `samples` and `share` of the final causes,
        `suggested_samples` and `suggested_share`; one row per cause, also if no sample has it.
    """
    import pandas as pd

    rows = []
    for cause in Cause:
        samples = sum(cause in names(text) for text in stand["causes"])
        suggested = sum(cause in names(text) for text in stand["suggested"])
        rows.append((str(cause), cause in BY_RESEMBLANCE, samples, suggested))
    table = pd.DataFrame(rows, columns=["cause", "by_resemblance", "samples", "suggested_samples"])
    table["share"] = table["samples"] / len(stand)
    table["suggested_share"] = table["suggested_samples"] / len(stand)
    return table


def names(text: str) -> list[str]:
    """Split joined causes.

    >>> names("noise;overfitting")
    ['noise', 'overfitting']
    """
    return text.split(SEPARATOR)


def choose(
    stand: "pd.DataFrame", samples: Sequence[Measured], count: int
) -> list[tuple[int, Cause]]:
    """Choose cases that show as many different causes as possible, the most common first.

    For each cause in turn, starting over after the last, it picks the remaining sample that shows
    the cause most clearly, see `PLAINNESS`; samples with no other cause take precedence.

    Args:
        stand: final causes from `standing`.
        samples: measurements of each row.
        count: number of cases; fewer if there are fewer samples.

    Returns:
        The row of each case, and the cause that it shows.
    """
    causes = [names(text) for text in stand["causes"]]
    # Sorting is stable: equally common causes stay in the order of `Cause`.
    order = sorted(Cause, key=lambda cause: -sum(cause in some for some in causes))
    chosen: list[tuple[int, Cause]] = []
    while len(chosen) < min(count, len(samples)):
        for cause in order:
            taken = {row for row, _ in chosen}
            left = [row for row, some in enumerate(causes) if cause in some and row not in taken]
            if left and len(chosen) < count:
                plainest = max(
                    left,
                    key=lambda row: (len(causes[row]) == 1, PLAINNESS[cause](samples[row])),
                )
                chosen.append((plainest, cause))
    return chosen


def counts(stand: "pd.DataFrame") -> dict[str, float]:
    """Count the samples, those judged by a person, and the share that is noise or mislabelled.

    Args:
        stand: final causes from `standing`.
    """
    by_person = stand["by"] == JUDGED
    agreed = stand["causes"] == stand["suggested"]
    doubtful = [
        bool({Cause.NOISE, Cause.MISLABELLING} & {*names(text)}) for text in stand["causes"]
    ]
    return {
        "samples": len(stand),
        "judged": int(by_person.sum()),
        "judged_as_suggested": int((by_person & agreed).sum()),
        "doubtful_data_share": sum(doubtful) / len(stand),
    }


def reasons(table: "pd.DataFrame", suggestions: Sequence[Sequence[Suggestion]]) -> "pd.DataFrame":
    """Tabulate the suggested causes with their reasons.

    Args:
        table: measurements from `measuring.measure`.
        suggestions: suggestions for each row.

    Returns:
        Columns `test_index`, `cause`, `reason`; one row per suggestion.
    """
    import pandas as pd

    rows = [
        (index, str(each.cause), each.reason)
        for index, some in zip(table["test_index"], suggestions, strict=True)
        for each in some
    ]
    return pd.DataFrame(rows, columns=["test_index", "cause", "reason"])


def tabulate(
    table: "pd.DataFrame", stand: "pd.DataFrame", chosen: Sequence[tuple[int, Cause]]
) -> "pd.DataFrame":
    """Tabulate the chosen cases: the measurements of each, its cause and its figure.

    Args:
        table: measurements from `measuring.measure`.
        stand: final causes from `standing`.
        chosen: cases from `choose`.
    """
    shown = table.iloc[[row for row, _ in chosen]].assign(
        cause=[str(cause) for _, cause in chosen],
        figure=[f"case_{number}" for number in range(1, len(chosen) + 1)],
    )
    return shown.merge(stand[["test_index", "causes", "by"]], on="test_index")
