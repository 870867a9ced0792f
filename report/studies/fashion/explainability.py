"""The evidence for Question 9: why the classifier errs, from its mistakes and their neighbours."""

from report.evidence.declarations import Declared, Evidence
from report.evidence.stages import Stage, difference, lower_end, threshold
from report.studies.fashion.classification import GAP_THAT_MATTERS

DATA_THAT_LIMITS = 0.1  # lower end of the share of doubtful data from which we say it limits
ERROR_THAT_UNDERFITS = 0.05  # share of misclassified training images that we call underfitting

errors = Stage("explainability.mistakes", "train_samples")
causes = Stage("explainability.causes", "samples")


def _of_cause(cause: str, meaning: str) -> Declared:
    """Read the share of mistakes that have a given cause."""
    return causes.row("shares", where="cause", equals=cause).rate("share", meaning)


class Causes(Evidence):
    """Why the final classifier errs (Question 9)."""

    train_accuracy = errors.rate("train_accuracy", "final training accuracy")
    test_accuracy = errors.share("test_accuracy", "test_samples", "test accuracy")
    gap = difference("train_accuracy", "test_accuracy", "training minus test accuracy")
    fit = threshold("gap", GAP_THAT_MATTERS, ("overfits", "generalises"), "whether it overfits")
    train_error = errors.rate("train_error", "share of training images it misclassifies")
    capacity = threshold(
        "train_error", ERROR_THAT_UNDERFITS, ("underfits", "fits"), "whether it underfits"
    )
    test_errors = errors.count("test_errors", "misclassified test images")
    asked = errors.setting("count", "misclassified images to examine")
    mistakes = causes.count("samples", "misclassified images examined")
    judged = causes.count("judged", "of those, judged by a person")
    as_suggested = causes.count("judged_as_suggested", "of those, judged as the rules suggest")
    doubtful = causes.rate("doubtful_data_share", "mistakes: noise or mislabelled")
    quality = threshold(
        lower_end("doubtful", "lower end of the share of noise and mislabelling"),
        DATA_THAT_LIMITS,
        ("limits", "is not shown to limit"),
        "whether the quality of the data limits the network",
    )
    underrepresentation = _of_cause("underrepresentation", "mistakes: underrepresentation")
    overfitting = _of_cause("overfitting", "mistakes that resemble the counterexample alone")
    underfitting = _of_cause("underfitting", "mistakes that resemble the local example alone")
    overlap = _of_cause("overlapping labels", "mistakes that resemble both")
    shares = causes.table("shares", "number and share of mistakes with each cause")
    distribution = causes.figure("distribution", "how many mistakes have each cause")
    cases = causes.rows(
        "cases",
        "mistakes that show different causes; each has `figure`, `cause`, `by` (judged or "
        "suggested), `true`, `predicted`, `other` (the counterexample’s label), "
        "`example_distance` and `counterexample_distance`",
        texts=("cause", "by", "true", "predicted", "other"),
        numbers=("example_distance", "counterexample_distance"),
        figure="figure",
    )
