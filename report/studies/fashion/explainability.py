"""The evidence for Question 9: why the classifier errs, by its mistakes and what they resemble."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from report.evidence.derivations import derived, difference, proportion
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Number, Text
from report.evidence.verdicts import Verdict, by_threshold
from report.store.runs import Runs, StageRun
from report.studies.fashion.classification import GAP_THAT_MATTERS

DATA_THAT_LIMITS = 0.1  # of all mistakes at the least, by the interval: noise and doubted labels
ERROR_THAT_UNDERFITS = 0.05  # of the training images still misclassified after training

Case = Mapping[str, Text | Number | Figure]


@dataclass(frozen=True)
class Causes:
    """Why the final classifier errs (Question 9)."""

    train_accuracy: Annotated[Number, "accuracy of the final network on its training images"]
    test_accuracy: Annotated[Number, "accuracy on the test images"]
    gap: Annotated[Number, "training minus test accuracy"]
    fit: Annotated[Verdict, "whether the final network overfits or generalises"]
    train_error: Annotated[Number, "share of its training images that it misclassifies"]
    capacity: Annotated[Verdict, "whether it underfits or fits its training images"]
    test_errors: Annotated[Number, "misclassified test images"]
    asked: Annotated[Number, "how many of them were to be looked at"]
    mistakes: Annotated[Number, "how many were looked at"]
    judged: Annotated[Number, "how many of those a person has judged"]
    as_suggested: Annotated[Number, "how many of those were judged as the rules suggest"]
    doubtful: Annotated[Number, "share of the mistakes that are noise or mislabelled"]
    quality: Annotated[Verdict, "whether the quality of the data limits or is not shown to limit"]
    underrepresentation: Annotated[Number, "share of the mistakes that are underrepresented"]
    overfitting: Annotated[Number, "share that resemble their local counterexample alone"]
    underfitting: Annotated[Number, "share that resemble their local example alone"]
    overlap: Annotated[Number, "share that resemble both"]
    shares: Annotated[Table, "each cause with the mistakes that have it"]
    distribution: Annotated[Figure, "how many mistakes have each cause"]
    all_causes: Annotated[Table, "each mistake with its causes"]
    cases: Annotated[
        tuple[Case, ...],
        "mistakes that show different causes; each has `figure`, `cause`, `by` (judged or "
        "suggested), `true`, `predicted`, `other` (the counterexample's label), `example_distance` "
        "and `counterexample_distance`",
    ]

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read from the mistakes and from their causes."""
        mistakes = runs.stage("explainability.mistakes")
        causes = runs.stage("explainability.causes")
        looked_at = causes.count("samples")
        train_samples = mistakes.count("train_samples")
        train_accuracy = proportion(mistakes.metric("train_accuracy"), train_samples)
        test_accuracy = proportion(mistakes.metric("test_accuracy"), mistakes.count("test_samples"))
        train_error = proportion(mistakes.metric("train_error"), train_samples)
        gap = difference(train_accuracy, test_accuracy)
        doubtful = proportion(causes.metric("doubtful_data_share"), looked_at)
        at_least = derived(
            "lower end of the Wilson interval", causes.metric("doubtful_data_share"), looked_at
        )
        shares = causes.table("shares")

        def share(cause: str) -> Number:
            (row,) = shares.rows_where("cause", cause)
            return proportion(shares.number(row, "share"), looked_at)

        return cls(
            train_accuracy=train_accuracy,
            test_accuracy=test_accuracy,
            gap=gap,
            fit=by_threshold(
                "fit", gap, at_least=GAP_THAT_MATTERS, outcomes=("overfits", "generalises")
            ),
            train_error=train_error,
            capacity=by_threshold(
                "capacity",
                train_error,
                at_least=ERROR_THAT_UNDERFITS,
                outcomes=("underfits", "fits"),
            ),
            test_errors=mistakes.count("test_errors"),
            asked=mistakes.param("count").counted(),
            mistakes=looked_at,
            judged=causes.count("judged"),
            as_suggested=causes.count("judged_as_suggested"),
            doubtful=doubtful,
            quality=by_threshold(
                "quality",
                at_least,
                at_least=DATA_THAT_LIMITS,
                outcomes=("limits", "is not shown to limit"),
            ),
            underrepresentation=share("underrepresentation"),
            overfitting=share("overfitting"),
            underfitting=share("underfitting"),
            overlap=share("overlapping labels"),
            shares=shares,
            distribution=causes.figure("distribution"),
            all_causes=causes.table("causes"),
            cases=_cases(causes),
        )


def _cases(causes: StageRun) -> tuple[Case, ...]:
    """Read the cases that the run chose, each with its figure."""
    table = causes.table("cases")
    return tuple(
        {
            "figure": causes.figure(f"case_{row + 1}"),
            **{
                name: table.text(row, name)
                for name in ("cause", "by", "true", "predicted", "other")
            },
            "example_distance": table.number(row, "example_distance"),
            "counterexample_distance": table.number(row, "counterexample_distance"),
        }
        for row in range(len(table))
    )
